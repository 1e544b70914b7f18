import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  adaptedModel,
  loadCheckpoint,
  modelFromCheckpoint,
  openSavedModel,
  SafetensorsFile,
} from "../../checkpoints/index.ts";
import { startEngine } from "../../engine/index.ts";
import { logits, Model, mergeAdapter } from "../../models/index.ts";
import { type ConfigInput, resolveConfig } from "../../src/config/index.ts";
import { runStateOf, type StepEvent, train } from "../../src/runs/index.ts";
import { tokenizerFromJSON } from "../../tokenizer/index.ts";
import { makeTinyBase } from "./tiny-base.ts";

const icons = join(import.meta.dirname, "../../node_modules/lucide-static/icons");
const names = ["arrow-up", "circle", "heart", "house", "mail", "plus", "square-check", "triangle"];
const scratch = mkdtempSync(join(tmpdir(), "pathloom-pretrained-"));
const bases = {
  gpt2: await makeTinyBase(scratch, "gpt2"),
  llama: await makeTinyBase(scratch, "llama"),
};
const { engine } = await startEngine("onnx", { threads: 1 });

const source = join(scratch, "icons.jsonl");
writeFileSync(
  source,
  names
    .map((name) => ({
      caption: name.replaceAll("-", " "),
      svg: readFileSync(join(icons, `${name}.svg`), "utf8"),
    }))
    .map((row) => JSON.stringify(row))
    .join("\n"),
);

/** Of which OmniSVG's tokens can say something, unlike of strokes. */
function filledIcons(): string {
  const folder = join(import.meta.dirname, "../../node_modules/@tabler/icons/icons/filled");
  const svg = readFileSync(join(folder, "heart.svg"), "utf8");
  const file = join(scratch, "filled.jsonl");
  writeFileSync(file, JSON.stringify({ caption: "heart", svg }));
  return file;
}

type Change = { readonly [Section in keyof ConfigInput]?: ConfigInput[Section] };

function recipe(layout: "gpt2" | "llama", change: Change): ConfigInput {
  return {
    data: { source, heldOut: 0 },
    tokenizer: { type: "semantic", grid: 24, ...change.tokenizer },
    model: { from: bases[layout], contextLength: 160, ...change.model },
    vocabulary: change.vocabulary ?? {},
    lora: { rank: 2, alpha: 4, dropout: 0.1, ...change.lora },
    train: {
      steps: 5,
      batchSize: 2,
      lr: 1e-2,
      warmupSteps: 2,
      saveEvery: null,
      evalEvery: null,
      engine: "onnx",
      threads: 1,
      ...change.train,
    },
  };
}

interface Run {
  readonly folder: string;
  readonly losses: readonly number[];
}

async function run(
  name: string,
  input: ConfigInput,
  { resume = false, stopAt = Number.POSITIVE_INFINITY } = {},
): Promise<Run> {
  const folder = join(scratch, name);
  const steps: StepEvent[] = [];
  const stop = new AbortController();
  const onStep = (event: StepEvent) => {
    steps.push(event);
    if (event.step === stopAt) stop.abort();
  };
  const config = resolveConfig(input);
  await train({ config, folder, resume, observer: { onStep }, signal: stop.signal });
  return { folder, losses: steps.map(({ loss }) => loss) };
}

const last = ({ folder }: Run) => join(folder, "checkpoints", "step-000005");

async function resumesAsIfNeverStopped(
  name: string,
  input: ConfigInput,
  file: string,
): Promise<Run> {
  const whole = await run(`${name}-whole`, input);
  const part = await run(`${name}-parts`, input, { stopAt: 2 });
  const rest = await run(`${name}-parts`, input, { resume: true });
  assert.equal([...part.losses, ...rest.losses], whole.losses);
  const bytes = (each: Run) => readFileSync(join(last(each), file));
  assert.ok(bytes(part).equals(bytes(whole)), `${file} differs`);
  assert.ok(whole.losses.every(Number.isFinite));
  return whole;
}

for (const layout of ["gpt2", "llama"] as const) {
  test(`${layout}, full: stopped and resumed equals not stopped`, async () => {
    const input = recipe(layout, { train: { method: "full" }, model: { dropout: 0.1 } });
    const { folder } = await resumesAsIfNeverStopped(`full-${layout}`, input, "model.safetensors");
    const checkpoint = loadCheckpoint(join(folder, "checkpoints", "step-000005"));
    const svgTokenizer = tokenizerFromJSON(checkpoint.tokenizer);
    assert.is(checkpoint.config.vocab_size, svgTokenizer.vocabulary.size);
    assert.is(checkpoint.config.eos_token_id, svgTokenizer.vocabulary.special.eos);
    checkpoint.close();
  });

  test(`${layout}, lora with new rows: stopped and resumed equals not stopped`, async () => {
    const input = recipe(layout, { train: { method: "lora", embeddingLr: 5e-3 } });
    const whole = await resumesAsIfNeverStopped(
      `lora-${layout}`,
      input,
      "adapter_model.safetensors",
    );
    const config = JSON.parse(readFileSync(join(last(whole), "adapter_config.json"), "utf8"));
    assert.is(config.base_model_name_or_path, bases[layout]);
    const tables = { gpt2: ["wte"], llama: ["embed_tokens", "lm_head"] };
    assert.equal(Object.keys(config.trainable_token_indices), tables[layout]);
  });
}

test("pissa, and a base of 4 bits, resume as if never stopped too", async () => {
  const pissa = recipe("llama", { train: { method: "lora" }, lora: { init: "pissa" } });
  await resumesAsIfNeverStopped("pissa", pissa, "adapter_model.safetensors");
  const qlora = recipe("llama", { train: { method: "qlora" } });
  await resumesAsIfNeverStopped("qlora", qlora, "adapter_model.safetensors");
});

test("an adapter's checkpoint over its base is the model that was trained", async () => {
  for (const [name, change] of [
    ["rows", {}],
    ["tables", { vocabulary: { train: "all", padToMultiple: 64 } }],
    ["neither", { vocabulary: { train: "none" } }],
    ["dora", { lora: { useDora: true, useRslora: true, dropout: 0 } }],
    ["pissa", { lora: { init: "pissa", dropout: 0 } }],
  ] as const satisfies readonly (readonly [string, Change])[]) {
    const input = recipe("gpt2", { ...change, train: { method: "lora", lr: 3e-2 } });
    const { folder } = await run(`adapted-${name}`, input);
    const saved = openSavedModel(join(folder, "checkpoints", "step-000005"));
    assert.is(saved.kind, "adapter");
    const base = loadCheckpoint(bases.gpt2);
    const vocabularySize = runStateOf(saved)?.base?.vocabularySize;
    const { model, adapter } = adaptedModel(engine, base, saved.folder, { vocabularySize });
    if (name === "tables") assert.is(model.config.vocabularySize % 64, 0);
    const ids = [3, 280, 281, 300, 5];
    const adapted = logits(model, [ids]);
    const merged = new Model(engine, model.config, mergeAdapter(model.weights(), adapter));
    const difference = logits(merged, [ids]).map((value, i) => Math.abs(value - adapted[i]!));
    assert.ok(Math.max(...difference) < 1e-4, `${name}: ${Math.max(...difference)}`);
    for (const each of [merged, model]) each.dispose();
    base.close();
    saved.close();
  }
});

test("adapters of the head and of the embeddings learn apart, resume, and are the model that was trained", async () => {
  for (const [layout, tables] of [
    ["gpt2", ["wte", "lm_head"]],
    ["llama", ["embed_tokens", "lm_head"]],
  ] as const) {
    const input = recipe(layout, {
      tokenizer: { type: "text", grid: 24, wrapper: "instruction" },
      model: { contextLength: 600 },
      lora: { targetModules: [...tables], dropout: 0 },
      train: { method: "lora", lr: 3e-2 },
    });
    const file = "adapter_model.safetensors";
    const { folder } = await resumesAsIfNeverStopped(`of-tables-${layout}`, input, file);
    const saved = join(folder, "checkpoints", "step-000005");
    const base = loadCheckpoint(bases[layout]);
    const { model, adapter } = adaptedModel(engine, base, saved);
    assert.is(model.config.tieEmbeddings, false);
    assert.equal(adapter.modules.map(({ kind }) => kind).sort(), ["embedding", "head"]);
    const plain = modelFromCheckpoint(engine, base);
    const merged = new Model(engine, model.config, mergeAdapter(model.weights(), adapter));
    const [adapted, again, before] = [model, merged, plain].map((each) =>
      logits(each, [[3, 250, 5]]),
    );
    const farthest = (others: Float32Array) =>
      Math.max(...others.map((value, i) => Math.abs(value - adapted![i]!)));
    assert.ok(farthest(again!) < 1e-4, `${farthest(again!)}`);
    assert.ok(farthest(before!) > 1e-2, "it learnt");
    for (const each of [merged, model, plain]) each.dispose();
    base.close();
  }
});

test("the method embeddings changes the new rows alone", async () => {
  const { folder } = await run("rows", recipe("llama", { train: { method: "embeddings" } }));
  const before = SafetensorsFile.open(join(bases.llama, "model.safetensors"));
  const after = SafetensorsFile.open(
    join(folder, "checkpoints", "step-000005", "model.safetensors"),
  );
  for (const name of before.tensors.keys()) {
    const old = before.readFloat32(name);
    assert.equal(after.readFloat32(name).subarray(0, old.length), old, name);
  }
  const whole = recipe("llama", { train: { method: "embeddings" }, vocabulary: { train: "all" } });
  await resumesAsIfNeverStopped("tables", whole, "model.safetensors");
  before.close();
  after.close();
});

test("gradient checkpointing changes no number, whatever the method", async () => {
  for (const method of ["full", "lora", "embeddings"] as const) {
    const losses = async (checkpointing: boolean) => {
      const input = recipe("llama", {
        train: { method, gradientCheckpointing: checkpointing },
        model: { dropout: 0.1 },
      });
      return (await run(`checkpointing-${method}-${checkpointing}`, input)).losses;
    };
    const [plain, again] = [await losses(false), await losses(true)];
    for (const [i, loss] of plain.entries()) {
      assert.ok(Math.abs(loss - again[i]!) < 1e-6 * loss, `${method}: ${plain} and ${again}`);
    }
  }
});

test("text in both wrappers, within a prompt, and OmniSVG's tokens train over a base", async () => {
  const prompt = "Draw {caption}. output:";
  for (const tokenizer of [
    { type: "text", grid: 24, prompt },
    { type: "text", grid: 24, wrapper: "instruction" },
    { type: "omnisvg", grid: 200 },
  ] as const) {
    const model = { contextLength: 600 };
    const input = recipe("llama", { tokenizer, model, train: { method: "lora", steps: 2 } });
    const data = tokenizer.type === "omnisvg" ? { source: filledIcons() } : input.data!;
    const name = `${JSON.stringify(tokenizer).length}`;
    const { folder, losses } = await run(name, { ...input, data });
    assert.ok(losses.every(Number.isFinite));
    const saved = openSavedModel(join(folder, "checkpoints", "step-000002"));
    const svgTokenizer = tokenizerFromJSON(saved.tokenizer);
    const ids = svgTokenizer.encodeText("a house");
    assert.is(svgTokenizer.decodeText(ids), "a house");
    saved.close();
  }
});

test("what cannot be is refused with what to do", async () => {
  const refuses = async (input: ConfigInput, line: RegExp) => {
    try {
      await run("refused", input);
      assert.unreachable("it should have been refused");
    } catch (error) {
      assert.match((error as Error).message, line);
    }
  };
  await refuses(
    recipe("llama", { model: { contextLength: 700 } }),
    /model\.contextLength: expected at most the 640 tokens of .*llama-640, but found 700/,
  );
  await refuses(
    recipe("llama", { lora: { targetModules: ["lm_head"] }, train: { method: "lora" } }),
    /lora\.targetModules: lm_head is a table of tokens that the tokenizer adds \d+ rows to/,
  );
  await refuses(
    recipe("llama", { tokenizer: { type: "path" } }),
    /tokenizer\.type: .* take semantic, text or omnisvg/,
  );
  await refuses(
    recipe("llama", { model: { from: join(scratch, "nowhere", "at", "all") } }),
    /there is no such folder/,
  );
});

test("a model of a run is a base like any other", async () => {
  const first = await run("first", recipe("gpt2", { train: { method: "full", steps: 2 } }));
  const checkpoint = join(first.folder, "checkpoints", "step-000002");
  const input = recipe("gpt2", {
    model: { from: first.folder },
    train: { method: "lora", steps: 2 },
  });
  const { folder } = await run("second", input);
  const saved = openSavedModel(join(folder, "checkpoints", "step-000002"));
  assert.is(saved.kind === "adapter" && saved.base, checkpoint);
  const model = modelFromCheckpoint(engine, loadCheckpoint(checkpoint));
  assert.is(runStateOf(saved)?.base?.vocabularySize, model.config.vocabularySize);
  model.dispose();
  saved.close();
});

test.after(() => {
  engine.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

test.run();
