/**
 * How often the runtime is called, for every kind of decoder that there is and every way to train it. Of
 * families whose decoders are built alike the first is tried, and most families in one of the plain modes
 * in turn; `FAMILIES=all` tries every family in both.
 */
import { createRequire } from "node:module";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modelFromCheckpoint } from "../../checkpoints/index.ts";
import type { Batch } from "../../data/index.ts";
import { sizeOf, startEngine } from "../../engine/index.ts";
import {
  DecodingSession,
  familyOf,
  type LoraConfig,
  type Model,
  type ModelOptions,
  newLora,
  plainLora,
  weightDtypes,
} from "../../models/index.ts";
import { MeasuredEngine } from "../../src/bench/measured-engine.ts";
import { Trainer, type TrainerOptions } from "../../trainers/index.ts";
import { decodersFolder, type Golden, goldenNames, loadGolden } from "../golden/golden.ts";
import { report } from "../testing/report.ts";

const engine = new MeasuredEngine((await startEngine("onnx", { threads: 1 })).engine);
test.after(() => engine.dispose());

/** Runs of compiled programs, and calls of ONNX Runtime's `Run` in them. */
interface Calls {
  readonly runs: number;
  readonly calls: number;
}

function callsOf(work: () => void): Calls {
  const before = engine.work;
  work();
  const after = engine.work;
  return {
    runs: after.programRuns - before.programRuns,
    calls: after.runtimeCalls! - before.runtimeCalls!,
  };
}

/** Of each of two times, which are equal. */
function steadyCalls(what: string, work: () => void): Calls {
  const [first, ...others] = [1, 2].map(() => callsOf(work));
  for (const each of others) assert.equal(each, first, `${what}: not the same every time`);
  return first!;
}

function batchOf(tokens: readonly (readonly number[])[]): Batch {
  const [rows, time] = [tokens.length, tokens[0]!.length];
  const counted = rows * time;
  return {
    batchSize: rows,
    sequenceLength: time,
    targetCount: counted,
    samples: rows,
    tokens: Int32Array.from(tokens.flat()),
    targets: Int32Array.from(tokens.flat()),
    positions: Int32Array.from({ length: counted }, (_, i) => i % time),
    segments: new Int32Array(counted).fill(1),
  };
}

const training: TrainerOptions = {
  optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
  schedule: { schedule: "constant", learningRate: 1e-4, minRatio: 1, warmupSteps: 0, steps: 1 },
  clip: 1,
};

/** A way to train: what the decoder is kept as, what is over it, and how steps are made. */
interface Mode {
  readonly model?: ModelOptions;
  readonly adapter?: LoraConfig;
  readonly training?: Partial<TrainerOptions>;
  /** Micro-batches of a step; 1 unless given. */
  readonly microBatches?: number;
}

const plainModes: Readonly<Record<string, Mode>> = {
  "the whole decoder": {},
  adapters: { adapter: plainLora },
};

const otherModes: Readonly<Record<string, Mode>> = {
  checkpointing: { training: { checkpointing: true } },
  "three micro-batches": { microBatches: 3 },
  dropout: { training: { dropout: { rate: 0.1, seed: 1 } } },
  "no clipping": { training: { clip: 0 } },
  "rates of their own": {
    adapter: plainLora,
    training: { loraPlusRatio: 16 },
  },
  DoRA: { adapter: { ...plainLora, useDora: true } },
  "dropout in adapters": { adapter: { ...plainLora, dropout: 0.1 } },
  "everything at once": {
    adapter: { ...plainLora, useDora: true, dropout: 0.1 },
    training: { checkpointing: true, dropout: { rate: 0.1, seed: 1 } },
    microBatches: 2,
  },
  ...Object.fromEntries(
    weightDtypes
      .filter((weightDtype) => weightDtype !== "float32")
      .map((weightDtype) => [
        `adapters over ${weightDtype}`,
        { model: { weightDtype }, adapter: plainLora } satisfies Mode,
      ]),
  ),
};

/** Families of different build: tied and untied heads, biases, caps, parallel blocks, norms of queries. */
const variedFamilies = ["gpt2", "gemma-2", "phi-2", "falcon-40b", "qwen3"];

function modelIn({ model: options, adapter: lora }: Mode, { checkpoint }: Golden): Model {
  const model = modelFromCheckpoint(engine, checkpoint, options);
  if (lora === undefined) return model;
  const family = familyOf(checkpoint.config);
  const { adapter } = newLora(family, model.config, model.weights(), lora, 1);
  model.attach("adapter", adapter);
  return model;
}

function stepCalls(what: string, mode: Mode, golden: Golden): Calls {
  const model = modelIn(mode, golden);
  const trainer = new Trainer(model, { ...training, ...mode.training });
  const { microBatches = 1 } = mode;
  const batches = Array.from({ length: microBatches }, () => batchOf(golden.expected.tokens));
  const found = steadyCalls(what, () => trainer.step(batches));
  const tiled = model.trainable.filter(({ shape }) => sizeOf(shape) >= leastTiled).length;
  trainer.dispose();
  model.dispose();
  assert.is(found.runs, microBatches + runsAfterGradients, what);
  assert.ok(found.calls <= found.runs + tiled, `${what}: ${found.calls} calls`);
  return found;
}

/** The gradients' norm, and the update of all parameters. */
const runsAfterGradients = 2;
/** Elements of a parameter that the runtime may be called for apart: once, of sizes such as these. */
const leastTiled = 1024;

/** Of the prompt and of each token after it. */
function generationCalls(mode: Mode, golden: Golden): Calls[] {
  const model = modelIn(mode, golden);
  const session = new DecodingSession(model, { batch: 2, capacity: 8 });
  const { prompt } = golden.expected;
  const prefill = callsOf(() => session.prefill([prompt, prompt.slice(0, 2)]));
  const steps = [1, 2, 3].map(() => callsOf(() => session.step(Int32Array.of(1, 2))));
  session.dispose();
  model.dispose();
  return [prefill, ...steps];
}

const seen = new Map<string, Calls[]>();

function note(mode: string, calls: Calls): void {
  seen.set(mode, [...(seen.get(mode) ?? []), calls]);
}

/** Which switches a decoder has: its configuration but for the sizes. Those that say "nothing" stay apart. */
function buildOf({ checkpoint }: Golden): string {
  const config = familyOf(checkpoint.config).readConfig(checkpoint.config);
  const grouped = config.kvHeads < config.heads;
  const switches = JSON.stringify(config, (_, value: unknown) =>
    typeof value === "number" && value !== 0 && value !== 1 ? "some" : value,
  );
  return `${grouped} ${switches}`;
}

const all = process.env.FAMILIES === "all";
const tried = new Set<string>();
for (const name of goldenNames(decodersFolder)) {
  const golden = loadGolden(decodersFolder, name);
  const build = buildOf(golden);
  const isKnown = tried.has(build) && !variedFamilies.includes(name);
  tried.add(build);
  if (isKnown && !all) continue;
  const isVaried = variedFamilies.includes(name);
  const modes = Object.entries(isVaried ? { ...plainModes, ...otherModes } : plainModes);
  const inTurn = isVaried || all ? modes : [modes[tried.size % modes.length]!];
  for (const [what, mode] of inTurn) {
    test(`${name}, ${what}: a fixed number of calls a training step`, () => {
      note(what, stepCalls(what, mode, golden));
    });
    if (mode.training !== undefined || mode.microBatches !== undefined) continue;
    test(`${name}, ${what}: one call a generated token`, () => {
      const one = { runs: 1, calls: 1 };
      assert.equal(generationCalls(mode, golden), [one, one, one, one]);
    });
  }
}

test("how many calls there were is told", () => {
  const range = (values: readonly number[]) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? `${least}` : `${least} to ${most}`;
  };
  for (const [mode, all] of seen) {
    const [runs, calls] = [
      range(all.map((each) => each.runs)),
      range(all.map((each) => each.calls)),
    ];
    report(`a training step, ${mode}: ${runs} programs, ${calls} calls, in ${all.length} families`);
  }
  report("a generated token: 1 program, 1 call");
});

test("no kernel in JavaScript was so much as loaded", () => {
  const { cache } = createRequire(import.meta.url);
  const loaded = Object.keys(cache ?? {}).filter((file) => file.includes("tfjs"));
  assert.equal(loaded, []);
});

test.run();
