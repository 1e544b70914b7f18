/** How often the runtime is called, for every kind of decoder that there is. */
import { createRequire } from "node:module";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modelFromCheckpoint } from "../../checkpoints/index.ts";
import { DecodingSession, familyOf, type Model, newLora, plainLora } from "../../models/index.ts";
import { MeasuredEngine } from "../../src/bench/measured-engine.ts";
import type { Batch } from "../../src/data/index.ts";
import { startEngine } from "../../src/engine/index.ts";
import { Trainer } from "../../trainers/index.ts";
import { decodersFolder, goldenNames, loadGolden } from "../golden/golden.ts";

const engine = new MeasuredEngine((await startEngine("onnx", { threads: 1 })).engine);
test.after(() => engine.dispose());

/** Runs of compiled programs that the work takes. */
function callsOf(work: () => void): number {
  const before = engine.work.runtimeCalls!;
  work();
  return engine.work.runtimeCalls! - before;
}

function batchOf(tokens: readonly (readonly number[])[]): Batch {
  const [rows, time] = [tokens.length, tokens[0]!.length];
  const counted = rows * time;
  return {
    ...{ rows, time, counted, samples: rows },
    tokens: Int32Array.from(tokens.flat()),
    targets: Int32Array.from(tokens.flat()),
    positions: Int32Array.from({ length: counted }, (_, i) => i % time),
    segments: new Int32Array(counted).fill(1),
  };
}

const training = {
  optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
  schedule: { schedule: "constant", learningRate: 1e-4, minRatio: 1, warmupSteps: 0, steps: 1 },
  clip: 1,
} as const;

/** A program for the gradients, one for their norm, and an update for each parameter. */
const mostBesidesUpdates = 4;

for (const name of goldenNames(decodersFolder)) {
  test(`${name}: a fixed number of calls a training step, one a token`, () => {
    const { checkpoint, expected } = loadGolden(decodersFolder, name);
    const batch = batchOf(expected.tokens);
    const model = modelFromCheckpoint(engine, checkpoint);
    const session = new DecodingSession(model, { batch: 2, capacity: 8 });
    const prompts = [expected.prompt, expected.prompt.slice(0, 2)];
    const prefill = callsOf(() => session.prefill(prompts));
    const steps = [1, 2, 3].map(() => callsOf(() => session.step(Int32Array.of(1, 2))));
    session.dispose();
    assert.equal([prefill, ...steps], [1, 1, 1, 1]);

    const whole = stepCalls(model, batch);
    assert.ok(whole <= model.trainable.length + mostBesidesUpdates, String(whole));
    const family = familyOf(checkpoint.config);
    const { adapter } = newLora(family, model.config, model.weights(), plainLora, 1);
    model.attach("adapter", adapter);
    const adapted = stepCalls(model, batch);
    assert.ok(adapted <= model.trainable.length + mostBesidesUpdates, String(adapted));
    console.log(`${name}: ${whole} calls a step, ${adapted} with an adapter, 1 a token`);
    model.dispose();
  });
}

/** Of each of three steps, which are equal. */
function stepCalls(model: Model, batch: Batch): number {
  const trainer = new Trainer(model, training);
  const calls = [1, 2, 3].map(() => callsOf(() => trainer.step([batch])));
  trainer.dispose();
  assert.equal(new Set(calls).size, 1, `${calls}`);
  return calls[0]!;
}

test("no kernel in JavaScript was so much as loaded", () => {
  const { cache } = createRequire(import.meta.url);
  const loaded = Object.keys(cache ?? {}).filter((file) => file.includes("tfjs"));
  assert.equal(loaded, []);
});

test.run();
