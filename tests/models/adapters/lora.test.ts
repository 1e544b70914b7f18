import { test } from "uvu";
import * as assert from "uvu/assert";
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
  unmergeAdapter,
} from "../../../models/index.ts";
import type { Batch } from "../../../src/data/index.ts";
import { startEngine } from "../../../src/engine/index.ts";
import { Trainer, type TrainerOptions } from "../../../trainers/trainer.ts";
import { gpt2Like, llamaLike } from "../configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const ids = [[3, 1, 4, 1, 5, 9, 2, 6]];

function make(change: Partial<LoraConfig> = {}, config: DecoderConfig = llamaLike) {
  const weights = initialWeights(config, { seed: 2, std: 0.3 });
  const lora = { ...plainLora, rank: 2, alpha: 4, ...change };
  const { adapter, base } = newLora(familyFor(config), config, weights, lora, 7);
  return { config, weights, adapter, base, model: new Model(engine, config, base) };
}

/** The adapter with every value moved, as training would. */
function moved<A extends { weights: ReadonlyMap<string, Float32Array> }>(
  adapter: A,
  by: number,
): A {
  const weights = [...adapter.weights].map(
    ([name, values]) => [name, values.map((value, i) => value + by * Math.sin(i + 1))] as const,
  );
  return { ...adapter, weights: new Map(weights) };
}

function difference(found: Float32Array, expected: Float32Array): number {
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

const trainerOptions: TrainerOptions = {
  optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
  schedule: { schedule: "constant", learningRate: 1e-2, minRatio: 0, warmupSteps: 0, steps: 100 },
  clip: 1,
};

const batch: Batch = {
  rows: 1,
  time: 8,
  tokens: Int32Array.from(ids[0]!),
  targets: Int32Array.from([1, 4, 1, 5, 9, 2, 6, 5]),
  positions: Int32Array.from({ length: 8 }, (_, i) => i),
  segments: new Int32Array(8).fill(1),
  counted: 8,
  samples: 1,
};

const kinds: Readonly<Record<string, Partial<LoraConfig>>> = {
  LoRA: {},
  rsLoRA: { rankStabilised: true },
  DoRA: { decomposed: true },
  "Gaussian start": { initialise: "gaussian" },
  PiSSA: { initialise: "pissa" },
  "saved embeddings": { savedModules: ["embed_tokens", "lm_head"] },
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
  const lora = { ...plainLora, rank: 2, targets: ["q_proj"] };
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
    const width = llamaLike.width;
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
  const storage = "bfloat16";
  const kept = new Model(engine, llamaLike, weights, { storage });
  kept.attach("rows", adapter);
  assert.throws(() => logits(kept, ids), /load the model with this table in float32/);
  const mixed = new Model(engine, llamaLike, weights, { storage, float32: ["head.weight"] });
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

test("an adapter can be taken out of the weights again, unless it replaces parts of them", () => {
  const { adapter, base } = make();
  const trained = moved(adapter, 0.1);
  const restored = unmergeAdapter(mergeAdapter(base, trained), trained);
  for (const [name, values] of base)
    assert.ok(difference(restored.get(name)!, values) < 1e-6, name);
  for (const change of [{ decomposed: true }, { savedModules: ["lm_head"] }]) {
    const other = make(change);
    assert.throws(
      () => unmergeAdapter(other.base, other.adapter),
      (error: unknown) => error instanceof AdapterError && /load the base/.test(error.message),
    );
  }
});

test("training an adapter leaves the base as it was, and asks for fewer operations", () => {
  const { adapter, base, model } = make();
  model.attach("trained", adapter);
  const trainer = new Trainer(model, { ...trainerOptions, loraPlusRatio: 4 });
  const losses = Array.from({ length: 10 }, () => trainer.step([batch]).loss);
  assert.ok(losses.at(-1)! < losses[0]! - 0.05, losses.join(" "));
  assert.ok([...trainer.gradients().keys()].every((name) => name.startsWith("adapters.trained.")));
  assert.equal([...model.weights()].sort(), [...base].sort());
  const withAdapter = trainer.flopsPerStep([batch]);
  trainer.dispose();
  const learned = model.detach("trained");
  assert.not.equal([...learned.weights].sort(), [...adapter.weights].sort());
  const wholeModel = new Trainer(model, trainerOptions);
  wholeModel.step([batch]);
  const withoutAdapter = wholeModel.flopsPerStep([batch]);
  assert.ok(withAdapter < withoutAdapter, `${withAdapter} with, ${withoutAdapter} without`);
  wholeModel.dispose();
  model.dispose();
});

for (const config of [gpt2Like, llamaLike]) {
  test(`over a frozen base, whose matrices are packed, an adapter of ${config.norm} layers learns the same`, () => {
    const { adapter, base } = make({}, config);
    const [free, frozen] = [false, true].map((isFrozen) => {
      const model = new Model(engine, config, base, { frozen: isFrozen });
      model.attach("trained", moved(adapter, 0.2));
      const trainer = new Trainer(model, trainerOptions);
      const losses = Array.from({ length: 5 }, () => trainer.step([batch]).loss);
      const gradients = trainer.gradients();
      trainer.dispose();
      model.dispose();
      return { losses, gradients };
    });
    for (const [i, loss] of free!.losses.entries()) {
      assert.ok(Math.abs(frozen!.losses[i]! - loss) < 1e-5, `step ${i + 1}`);
    }
    for (const [name, values] of free!.gradients) {
      assert.ok(difference(frozen!.gradients.get(name)!, values) < 1e-5, name);
    }
  });
}

test("dropout acts in training alone, by the seed, and one mask serves a fused module", () => {
  const { adapter, model } = make({ dropout: 0.5 }, gpt2Like);
  model.attach("trained", moved(adapter, 0.3));
  const firstLoss = (seed: number) => {
    const trainer = new Trainer(model, { ...trainerOptions, dropout: { rate: 0, seed } });
    const held = trainer.evaluate([batch]).loss;
    const { loss } = trainer.step([batch]);
    trainer.dispose();
    model.detach("trained");
    model.attach("trained", moved(adapter, 0.3));
    return { loss, held };
  };
  const [one, again, other] = [firstLoss(1), firstLoss(1), firstLoss(2)];
  assert.is(one.loss, again.loss);
  assert.is.not(one.loss, other.loss);
  assert.is(one.held, other.held);
  assert.is.not(one.loss, one.held);
  model.dispose();
});

test("only what is asked for is trained", () => {
  const { model } = make();
  const trainer = new Trainer(model, { ...trainerOptions, trained: ["embedding.weight"] });
  const before = model.weights();
  trainer.step([batch]);
  const changed = [...model.weights()].filter(
    ([name, values]) => difference(values, before.get(name)!) > 0,
  );
  assert.equal(
    changed.map(([name]) => name),
    ["embedding.weight"],
  );
  assert.throws(
    () => new Trainer(model, { ...trainerOptions, trained: ["nothing"] }),
    /no parameter "nothing" to train/,
  );
  trainer.dispose();
  model.dispose();
});

test("ranks and alphas follow patterns, targets follow names, patterns and layers", () => {
  const modules = (change: Partial<LoraConfig>) =>
    make(change).adapter.modules.map(({ name, rank, scale }) => `${name} ${rank} ${scale}`);
  assert.equal(modules({ targets: ["q_proj", "mlp.up_proj"], layers: [1] }), [
    "model.layers.1.self_attn.q_proj 2 2",
    "model.layers.1.mlp.up_proj 2 2",
  ]);
  assert.equal(
    modules({
      targets: { pattern: ".*1\\.self_attn\\.[qv]_proj" },
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
  refuse({ targets: ["c_attn"] }, /a layer of this model has self_attn.q_proj, self_attn.k_proj/);
  refuse({ savedModules: ["wte"] }, /no module "wte"/);
  refuse({ rank: 0 }, /the rank of model.layers.0.self_attn.q_proj is 0/);
  refuse({ targets: { pattern: "(.*a)*b" } }, /too costly to match/);
  refuse({ targets: { pattern: "(q_proj" } }, /no regular expression/);
});

test("PiSSA starts from the best approximation of the matrix's rank", () => {
  const { adapter, base, weights } = make({ initialise: "pissa", rank: 12, targets: ["q_proj"] });
  const rest = base.get("layers.0.attention.query.weight")!;
  assert.ok(
    rest.every((value) => Math.abs(value) < 1e-6),
    "at full rank nothing is left",
  );
  const narrow = make({ initialise: "pissa", rank: 3, targets: ["q_proj"] });
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
