import { test } from "uvu";
import * as assert from "uvu/assert";
import { initialWeights, parameterCount, parameterSpecs } from "../../models/index.ts";
import { gpt2Like, llamaLike } from "./configs.ts";

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

test("one seed gives one model, another seed another", () => {
  const weights = (seed: number) => [...initialWeights(llamaLike, { seed }).values()];
  assert.equal(weights(1), weights(1));
  assert.not.equal(weights(1), weights(2));
});

test("matrices are normal, those into the residual stream narrowed by the layers", () => {
  const config = {
    ...gpt2Like,
    hiddenSize: 128,
    heads: 4,
    headDim: 32,
    intermediateSize: 512,
    layers: 8,
  };
  const weights = initialWeights(config, { seed: 3, std: 0.02 });
  const up = deviation(weights.get("layers.0.feedForward.up.weight")!);
  const down = deviation(weights.get("layers.0.feedForward.down.weight")!);
  assert.ok(Math.abs(up - 0.02) < 0.0005, `up: ${up}`);
  assert.ok(Math.abs(down - 0.02 / 4) < 0.0002, `down: ${down}`);
});

test("gains are one and biases zero", () => {
  const weights = initialWeights(gpt2Like, { seed: 1 });
  assert.ok(weights.get("finalNorm.weight")!.every((value) => value === 1));
  assert.ok(weights.get("layers.1.attention.query.bias")!.every((value) => value === 0));
});

test("weight decay is for matrices alone", () => {
  const decayed = parameterSpecs(gpt2Like).filter((spec) => spec.decay);
  assert.ok(decayed.every((spec) => spec.shape.length === 2 && !spec.name.includes("positions")));
});

test("the parameters of GPT-2 small are 124,439,808", () => {
  const small = {
    ...gpt2Like,
    vocabularySize: 50_257,
    contextLength: 1024,
    layers: 12,
    hiddenSize: 768,
    heads: 12,
    kvHeads: 12,
    headDim: 64,
    intermediateSize: 3072,
  };
  assert.is(parameterCount(small), 124_439_808);
});

test.run();
