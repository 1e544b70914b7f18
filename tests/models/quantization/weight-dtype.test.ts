/** Models whose weights are kept in fewer bits: what they compute, what they learn, what they hold. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../../data/index.ts";
import { type Engine, startEngine } from "../../../engine/index.ts";
import {
  type DecoderConfig,
  DecodingSession,
  defaultSampling,
  familyFor,
  generate,
  initialWeights,
  type LoraConfig,
  logits,
  Model,
  ModelConfigError,
  newLora,
  plainLora,
  type WeightDtype,
  weightBytes,
  weightDtypes,
} from "../../../models/index.ts";
import { Trainer } from "../../../trainers/step/trainer.ts";
import { constantRate } from "../../testing/constant-rate.ts";
import { gpt2Like, llamaLike } from "../configs.ts";

const engines = [
  (await startEngine("onnx", { threads: 1 })).engine,
  (await startEngine("reference")).engine,
];
const [onnx] = engines as [Engine, Engine];

/** Wide enough for blocks of several sizes; one matrix has rows that no block divides. */
const sizes = {
  hiddenSize: 64,
  heads: 4,
  headDim: 16,
  intermediateSize: 100,
  vocabularySize: 61,
} as const;
const decoders: Readonly<Record<string, DecoderConfig>> = {
  "GPT-2's": { ...gpt2Like, ...sizes, kvHeads: 4 },
  "Llama's": { ...llamaLike, ...sizes, kvHeads: 2, intermediateSize: 96 },
};
const compressed = weightDtypes.filter((weightDtype) => weightDtype !== "float32");
const ids = [[3, 1, 4, 1, 5, 9, 2, 6]];

const batch: Batch = {
  batchSize: 1,
  sequenceLength: 8,
  tokens: Int32Array.from(ids[0]!),
  targets: Int32Array.from([1, 4, -100, 5, 9, 2, 6, 5]),
  positions: Int32Array.from({ length: 8 }, (_, i) => i),
  segments: new Int32Array(8).fill(1),
  targetCount: 7,
  samples: 1,
};

const trainerOptions = constantRate(1e-2);

function make(engine: Engine, config: DecoderConfig, weightDtype: WeightDtype): Model {
  return new Model(engine, config, initialWeights(config, { seed: 1, std: 0.2 }), { weightDtype });
}

/** A model with the same numbers, in float32. */
function asFloat32(engine: Engine, model: Model): Model {
  return new Model(engine, model.config, model.weights());
}

function difference(found: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  const largest = found.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
  return Number.isNaN(found.at(-1)!) ? Number.POSITIVE_INFINITY : largest / scale;
}

/** Both factors away from zero, so that every gradient flows. */
function attachLora(model: Model, weights: ReadonlyMap<string, Float32Array>, change = {}): void {
  const lora: LoraConfig = { ...plainLora, rank: 2, alpha: 4, ...change };
  const { adapter } = newLora(familyFor(model.config), model.config, weights, lora, 7);
  const moved = [...adapter.weights].map(
    ([name, values]) => [name, values.map((value, i) => value + 0.1 * Math.sin(i + 1))] as const,
  );
  model.attach("new", { ...adapter, weights: new Map(moved) });
}

for (const engine of engines) {
  for (const [name, config] of Object.entries(decoders)) {
    for (const weightDtype of compressed) {
      test(`${engine.name}: ${name} decoder in ${weightDtype} computes with the numbers that it gives back`, () => {
        const model = make(engine, config, weightDtype);
        const same = asFloat32(engine, model);
        const found = difference(logits(model, ids), logits(same, ids));
        assert.ok(found < 1e-5, `logits differ by ${found}`);
        const options = {
          sampling: { ...defaultSampling, temperature: 0 },
          seeds: [0],
          maxNewTokens: [6],
          stopIds: [],
          constraints: null,
        };
        assert.is(generate(model, ids, options)[0]!.length, 6);
        for (const each of [model, same]) each.dispose();
      });
    }
  }
}

for (const [name, config] of Object.entries(decoders)) {
  for (const weightDtype of compressed) {
    test(`generating with ${name} decoder in ${weightDtype} is near to computing with it`, () => {
      const model = make(onnx, config, weightDtype);
      const session = new DecodingSession(model, { batch: 1, capacity: 8 });
      const size = config.vocabularySize;
      const expected = logits(model, ids).slice(-size);
      const found = difference(session.prefill(ids).slice(0, size), expected);
      assert.ok(found < 3e-2, `logits differ by ${found}`);
      session.dispose();
      model.dispose();
    });

    for (const kind of ["LoRA", "DoRA"]) {
      test(`${kind} over ${name} decoder in ${weightDtype} has the gradients of the same numbers in float32`, () => {
        const gradientsOf = (model: Model) => {
          attachLora(model, model.weights(), { useDora: kind === "DoRA" });
          const trainer = new Trainer(model, trainerOptions);
          const { loss } = trainer.step([batch]);
          const gradients = trainer.gradients();
          trainer.dispose();
          return { loss, gradients };
        };
        const model = make(onnx, config, weightDtype);
        const same = asFloat32(onnx, model);
        const [found, expected] = [gradientsOf(model), gradientsOf(same)];
        assert.ok(
          Math.abs(found.loss / expected.loss - 1) < 1e-5,
          `${found.loss} ${expected.loss}`,
        );
        assert.equal([...found.gradients.keys()], [...expected.gradients.keys()]);
        for (const [parameter, values] of expected.gradients) {
          const apart = difference(found.gradients.get(parameter)!, values);
          assert.ok(apart < 1e-4, `gradients of ${parameter} differ by ${apart}`);
        }
        for (const each of [model, same]) each.dispose();
      });
    }
  }
}

test("ten steps over a base in 4 bits are the same each time, to the last bit", () => {
  const train = () => {
    const model = make(onnx, decoders["Llama's"]!, "nf4");
    attachLora(model, model.weights());
    const trainer = new Trainer(model, trainerOptions);
    const losses = Array.from({ length: 10 }, () => trainer.step([batch]).loss);
    const base = model.weights();
    trainer.dispose();
    model.dispose();
    return { losses, base };
  };
  const [first, second] = [train(), train()];
  assert.equal(first, second);
  assert.ok(first.losses.at(-1)! < 0.5 * first.losses[0]!, `losses ${first.losses.join(", ")}`);
});

test("numbers in fewer bits are the near ones: bfloat16 within 1/256, 8 bits 1/127 of a block, 4 bits 1/6", () => {
  const config = decoders["Llama's"]!;
  const weights = initialWeights(config, { seed: 1, std: 0.2 });
  const limits = {
    bfloat16: 1 / 256,
    int8: 1 / 127,
    int4: 1 / 6,
    nf4: 1 / 6,
    "nf4-double": 1 / 6,
  } as const;
  for (const [weightDtype, limit] of Object.entries(limits)) {
    const model = new Model(onnx, config, weights, { weightDtype: weightDtype as WeightDtype });
    const kept = model.weights();
    const name = "layers.0.feedForward.up.weight";
    const apart = difference(kept.get(name)!, weights.get(name)!);
    assert.ok(apart > 0 && apart < limit, `${weightDtype}: ${apart}`);
    const gain = "layers.0.attentionNorm.weight";
    assert.equal(kept.get(gain), weights.get(gain), "gains are float32");
    model.dispose();
  }
});

test("a model takes the bytes that its storage says, and tells of each parameter as it is made", () => {
  const config = decoders["Llama's"]!;
  const weights = initialWeights(config, { seed: 1 });
  for (const weightDtype of weightDtypes) {
    const steps: number[] = [];
    const model = new Model(onnx, config, weights, {
      weightDtype: weightDtype,
      onProgress: (loaded, total) => steps.push(loaded / total),
    });
    assert.is(onnx.memory().bytes, weightBytes(config, weightDtype), weightDtype);
    assert.is(steps.length, weights.size);
    assert.is(steps.at(-1), 1);
    assert.equal(
      steps,
      steps.toSorted((a, b) => a - b),
    );
    model.dispose();
  }
});

test("parameters that are named stay float32", () => {
  const config = decoders["Llama's"]!;
  const weights = initialWeights(config, { seed: 1 });
  const float32 = ["embedding.weight", "head.weight"];
  const model = new Model(onnx, config, weights, { weightDtype: "nf4", float32 });
  for (const name of float32) assert.is(model.parameters.get(name)!.type.dtype, "float32");
  assert.is(model.parameters.get("layers.0.attention.query.weight")!.type.dtype, "uint8");
  model.dispose();
});

test("a decoder in fewer bits is not trained itself", () => {
  const model = make(onnx, decoders["GPT-2's"]!, "bfloat16");
  assert.throws(
    () => new Trainer(model, trainerOptions),
    (error: Error) => error instanceof ModelConfigError && /attach an adapter/.test(error.message),
  );
  model.dispose();
});

test("nothing is left alive", () => {
  assert.equal(onnx.memory(), { buffers: 0, bytes: 0, programs: 0 });
});

test.run();
