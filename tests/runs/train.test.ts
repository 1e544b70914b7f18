import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadCheckpoint, modelFromCheckpoint } from "../../checkpoints/index.ts";
import { startEngine } from "../../engine/index.ts";
import { defaultSampling } from "../../models/index.ts";
import { type ConfigInput, configSchema } from "../../src/config/index.ts";
import { SvgGenerator } from "../../src/generate/index.ts";
import { type StepEvent, train } from "../../src/runs/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { tokenizerFromJSON } from "../../tokenizer/index.ts";

const icons = join(import.meta.dirname, "../../node_modules/lucide-static/icons");
const names = ["arrow-up", "circle", "heart", "house", "mail", "plus", "square-check", "triangle"];
const scratch = mkdtempSync(join(tmpdir(), "pathloom-run-"));

/** Eight real icons as a data set, each under its name. */
function iconFile(): string {
  const rows = names.map((name) => ({
    caption: name.replaceAll("-", " "),
    svg: readFileSync(join(icons, `${name}.svg`), "utf8"),
  }));
  const file = join(scratch, "icons.jsonl");
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  return file;
}

const recipe: ConfigInput = {
  data: { source: iconFile(), heldOut: 0 },
  tokenizer: {
    captionVocabulary: 280,
    grid: 48,
    colors: "current",
    initial: "stroked",
    opacity: false,
    gradients: false,
    groups: false,
  },
  model: { layers: 2, hiddenSize: 48, heads: 4, contextLength: 96, initStd: 0.05, dropout: 0.05 },
  train: {
    steps: 200,
    batchSize: 4,
    lr: 1e-2,
    warmupSteps: 10,
    weightDecay: 0,
    saveEvery: null,
    evalEvery: null,
    engine: "onnx",
    seed: 3,
  },
};

interface Run {
  readonly folder: string;
  readonly steps: readonly StepEvent[];
}

async function run(
  name: string,
  change: Partial<ConfigInput["train"]>,
  { resume = false, stopAt = Number.POSITIVE_INFINITY } = {},
): Promise<Run> {
  const folder = join(scratch, name);
  const config = configSchema.parse({ ...recipe, train: { ...recipe.train, ...change } });
  const steps: StepEvent[] = [];
  const stop = new AbortController();
  const onStep = (event: StepEvent) => {
    steps.push(event);
    if (event.step === stopAt) stop.abort();
  };
  await train({ config, folder, resume, observer: { onStep }, signal: stop.signal });
  return { folder, steps };
}

const weightsOf = (folder: string, step: number) =>
  readFileSync(
    join(folder, "checkpoints", `step-${String(step).padStart(6, "0")}`, "model.safetensors"),
  );

test("a tiny model learns 8 icons by heart and draws them back exactly, greedily", async () => {
  const { folder, steps } = await run("overfit", {});
  const loss = steps.at(-1)!.loss;
  assert.ok(loss < 0.05, `the loss is ${loss}`);

  const checkpoint = loadCheckpoint(join(folder, "checkpoints", "step-000200"));
  const { engine } = await startEngine("onnx");
  const tokenizer = tokenizerFromJSON(checkpoint.tokenizer);
  const generator = new SvgGenerator(modelFromCheckpoint(engine, checkpoint), tokenizer);
  const drawn = generator.draw(
    names.map((name) => name.replaceAll("-", " ")),
    { sampling: { ...defaultSampling, temperature: 0 }, seed: 1, maxTokens: null },
  );
  for (const [i, name] of names.entries()) {
    const source = readFileSync(join(icons, `${name}.svg`), "utf8");
    assert.equal(drawn[i]!.drawing, parseDrawing(source, tokenizer.canonical).drawing, name);
  }
  checkpoint.close();
  engine.dispose();
});

test("one seed gives one run, bit for bit; another seed another", async () => {
  const [first, second, other] = [
    await run("same-a", { steps: 12 }),
    await run("same-b", { steps: 12 }),
    await run("other", { steps: 12, seed: 4 }),
  ];
  const losses = ({ steps }: Run) => steps.map((step) => step.loss);
  assert.equal(losses(first), losses(second));
  assert.ok(weightsOf(first.folder, 12).equals(weightsOf(second.folder, 12)));
  assert.not.equal(losses(first), losses(other));
});

test("a run that was stopped and resumed ends with the weights of one that was not", async () => {
  const change = { steps: 15, gradientAccumulationSteps: 2 };
  const whole = await run("whole", change);
  const part = await run("parts", change, { stopAt: 6 });
  assert.is(part.steps.at(-1)!.step, 6);
  const rest = await run("parts", change, { resume: true });
  assert.equal(
    [...part.steps, ...rest.steps].map((step) => step.loss),
    whole.steps.map((step) => step.loss),
  );
  assert.ok(weightsOf(part.folder, 15).equals(weightsOf(whole.folder, 15)));
});

test("frequent runs of drawing tokens become tokens where asked, and a resumed run has the same", async () => {
  const config = configSchema.parse({
    ...recipe,
    tokenizer: { ...recipe.tokenizer, merges: 40 },
    train: { ...recipe.train, steps: 4 },
  });
  const folder = join(scratch, "merged");
  const stop = new AbortController();
  const onStep = ({ step }: StepEvent) => {
    if (step === 2) stop.abort();
  };
  await train({ config, folder, resume: false, observer: { onStep }, signal: stop.signal });
  await train({ config, folder, resume: true });
  const [plain, merged, resumed] = [
    ["overfit", "step-000200"],
    ["merged", "step-000002"],
    ["merged", "step-000004"],
  ].map(([run, step]) => {
    const checkpoint = loadCheckpoint(join(scratch, run!, "checkpoints", step!));
    checkpoint.close();
    return tokenizerFromJSON(checkpoint.tokenizer);
  });
  assert.equal(resumed!.toJSON(), merged!.toJSON());
  const source = readFileSync(join(icons, "mail.svg"), "utf8");
  const { drawing } = parseDrawing(source, merged!.canonical);
  const ids = merged!.encode(drawing);
  assert.ok(ids.length < plain!.encode(drawing).length, `${ids.length} tokens`);
  assert.equal(merged!.decode(ids), drawing);
});

test("resuming where there is nothing to resume says so", async () => {
  try {
    await run("nothing", {}, { resume: true });
    assert.unreachable("it should have been refused");
  } catch (error) {
    assert.match((error as Error).message, /no whole checkpoint to resume from/);
  }
});

test.after(() => rmSync(scratch, { recursive: true, force: true }));

test.run();
