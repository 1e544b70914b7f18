/** What adapters compute: alone, together, merged; and which layers they are over. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../../engine/index.ts";
import {
  AdapterError,
  type DecoderConfig,
  defaultSampling,
  familyFor,
  generate,
  initialWeights,
  type LoraConfig,
  logits,
  Model,
  mergeAdapter,
  newLora,
  plainLora,
} from "../../../models/index.ts";
import { Trainer } from "../../../trainers/index.ts";
import { llamaLike } from "../configs.ts";
import { batch, difference, ids, makeAdapted, moved, trainerOptions } from "./tiny-adapter.ts";

const { engine } = await startEngine("onnx", { threads: 1 });

const make = (change: Partial<LoraConfig> = {}, config: DecoderConfig = llamaLike) =>
  makeAdapted(engine, change, config);

const kinds: Readonly<Record<string, Partial<LoraConfig>>> = {
  LoRA: {},
  rsLoRA: { useRslora: true },
  DoRA: { useDora: true },
  "Gaussian start": { initialise: "gaussian" },
  PiSSA: { initialise: "pissa" },
  "saved embeddings": { modulesToSave: ["embed_tokens", "lm_head"] },
};

for (const [name, change] of Object.entries(kinds)) {
  test(`${name}: a new adapter changes nothing`, () => {
    const { weights, config, adapter, model } = make(change);
    const plain = new Model(engine, config, weights);
    model.attach("new", adapter);
    const largest = difference(logits(model, ids), logits(plain, ids));
    assert.ok(largest < 2e-5, `logits differ by ${largest}`);
    plain.dispose();
    model.dispose();
  });

  test(`${name}: merged into its base, a trained adapter gives the same logits`, () => {
    const { config, adapter, base, model } = make(change);
    const trained = moved(adapter, 0.1);
    const before = logits(model, ids);
    model.attach("trained", trained);
    const expected = logits(model, ids);
    assert.ok(difference(expected, before) > 0.01, "it changes the logits");
    const merged = new Model(engine, config, mergeAdapter(base, trained));
    const largest = difference(logits(merged, ids), expected);
    assert.ok(largest < 2e-5, `logits differ by ${largest}`);
    merged.dispose();
    model.dispose();
  });
}

test("rows of tables: a new adapter changes nothing, a trained one those rows alone", () => {
  const weights = initialWeights(llamaLike, { seed: 2, std: 0.3 });
  const rows = [
    { table: "embedding.weight", ids: [9, 4, 5] },
    { table: "head.weight", ids: [0, 7] },
  ];
  const lora = { ...plainLora, rank: 2, targetModules: ["q_proj"] };
  const family = familyFor(llamaLike);
  const { adapter } = newLora(family, llamaLike, weights, lora, 7, rows);
  const model = new Model(engine, llamaLike, weights);
  const before = logits(model, ids);
  model.attach("rows", adapter);
  assert.equal(logits(model, ids), before);
  const trainer = new Trainer(model, trainerOptions);
  for (let step = 0; step < 5; step++) trainer.step([batch]);
  trainer.dispose();
  const trained = model.adapter("rows");
  const merged = mergeAdapter(weights, trained);
  const changed = ["embedding.weight", "head.weight"].map((table) => {
    const width = llamaLike.hiddenSize;
    const now = merged.get(table)!;
    const changes = (row: number) =>
      now
        .subarray(row * width, (row + 1) * width)
        .some((value, i) => value !== weights.get(table)![row * width + i]);
    return Array.from({ length: llamaLike.vocabularySize }, (_, row) => row).filter(changes);
  });
  assert.equal(changed, [
    [4, 5, 9],
    [0, 7],
  ]);
  const alone = new Model(engine, llamaLike, merged);
  const largest = difference(logits(model, ids), logits(alone, ids));
  assert.ok(largest < 2e-5, `logits differ by ${largest}`);
  for (const each of [model, alone]) each.dispose();
});

test("rows that cannot be replaced are refused", () => {
  const weights = initialWeights(llamaLike, { seed: 2, std: 0.3 });
  const make = (table: string, row: readonly number[]) =>
    newLora(familyFor(llamaLike), llamaLike, weights, plainLora, 7, [{ table, ids: row }]).adapter;
  const refuse = (row: readonly number[], pattern: RegExp) =>
    assert.throws(
      () => make("head.weight", row),
      (error: unknown) => error instanceof AdapterError && pattern.test(error.message),
    );
  refuse([llamaLike.vocabularySize], /add its tokens first/);
  refuse([1, 1], /twice/);
  refuse([], /none/);
  const adapter = make("head.weight", [1]);
  const weightDtype = "bfloat16";
  const kept = new Model(engine, llamaLike, weights, { weightDtype });
  kept.attach("rows", adapter);
  assert.throws(() => logits(kept, ids), /load the model with this table in float32/);
  const mixed = new Model(engine, llamaLike, weights, { weightDtype, float32: ["head.weight"] });
  mixed.attach("rows", adapter);
  assert.ok(logits(mixed, ids).every(Number.isFinite));
  for (const each of [kept, mixed]) each.dispose();
});

test("several adapters over one base: each alone, both together, none", () => {
  const { adapter, model, base, config } = make();
  const plain = logits(model, ids);
  const [first, second] = [moved(adapter, 0.1), moved(adapter, -0.2)];
  model.attach("first", first);
  const ofFirst = logits(model, ids);
  model.attach("second", second);
  assert.ok(difference(logits(model, ids), ofFirst) > 0.01);
  model.activate(["first"]);
  assert.equal(logits(model, ids), ofFirst);
  model.activate(["first", "second"]);
  const both = new Model(engine, config, mergeAdapter(mergeAdapter(base, first), second));
  assert.ok(difference(logits(model, ids), logits(both, ids)) < 2e-5);
  model.activate([]);
  assert.equal(logits(model, ids), plain);
  assert.throws(() => model.activate(["third"]), /no adapter "third"; there are: first, second/);
  assert.throws(() => model.attach("first", first), /an adapter "first" already/);
  both.dispose();
  model.dispose();
});

test("generation goes through the active adapter", () => {
  const { adapter, model, base, config } = make();
  const trained = moved(adapter, 0.3);
  const merged = new Model(engine, config, mergeAdapter(base, trained));
  model.attach("trained", trained);
  const options = {
    sampling: { ...defaultSampling, temperature: 0 },
    seeds: [0],
    maxNewTokens: [10],
    stopIds: [],
    constraints: null,
  };
  assert.equal(generate(model, [[1, 2, 3]], options), generate(merged, [[1, 2, 3]], options));
  merged.dispose();
  model.dispose();
});

test("ranks and alphas follow patterns, targets follow names, patterns and layers", () => {
  const modules = (change: Partial<LoraConfig>) =>
    make(change).adapter.modules.map(({ name, rank, scale }) => `${name} ${rank} ${scale}`);
  assert.equal(modules({ targetModules: ["q_proj", "mlp.up_proj"], layers: [1] }), [
    "model.layers.1.self_attn.q_proj 2 2",
    "model.layers.1.mlp.up_proj 2 2",
  ]);
  assert.equal(
    modules({
      targetModules: { pattern: ".*1\\.self_attn\\.[qv]_proj" },
      rankPattern: { q_proj: 4 },
      alphaPattern: { "self_attn\\.v_proj": 1 },
    }),
    ["model.layers.1.self_attn.q_proj 4 1", "model.layers.1.self_attn.v_proj 2 0.5"],
  );
});

test("what the decoder does not have, or no sane pattern, is refused", () => {
  const refuse = (change: Partial<LoraConfig>, pattern: RegExp) =>
    assert.throws(
      () => make(change),
      (error: unknown) => error instanceof AdapterError && pattern.test(error.message),
    );
  refuse(
    { targetModules: ["c_attn"] },
    /a layer of this model has self_attn.q_proj, self_attn.k_proj/,
  );
  refuse({ modulesToSave: ["wte"] }, /no module "wte"/);
  refuse({ rank: 0 }, /the rank of model.layers.0.self_attn.q_proj is 0/);
  refuse({ targetModules: { pattern: "(.*a)*b" } }, /too costly to match/);
  refuse({ targetModules: { pattern: "(q_proj" } }, /no regular expression/);
});

test("PiSSA starts from the best approximation of the matrix's rank", () => {
  const { adapter, base, weights } = make({
    initialise: "pissa",
    rank: 12,
    targetModules: ["q_proj"],
  });
  const rest = base.get("layers.0.attention.query.weight")!;
  assert.ok(
    rest.every((value) => Math.abs(value) < 1e-6),
    "at full rank nothing is left",
  );
  const narrow = make({ initialise: "pissa", rank: 3, targetModules: ["q_proj"] });
  const name = "layers.0.attention.query.weight";
  const square = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  const left = square(narrow.base.get(name)!);
  const taken = square(weights.get(name)!) - left;
  assert.ok(taken > 0 && left > 0);
  const product = square(
    mergeAdapter(
      new Map([...narrow.base].map(([key, values]) => [key, values.map(() => 0)])),
      narrow.adapter,
    ).get(name)!,
  );
  assert.ok(Math.abs(product / taken - 1) < 1e-4, "the parts are orthogonal");
  assert.is(adapter.modules.length, 2);
});

test.run();
