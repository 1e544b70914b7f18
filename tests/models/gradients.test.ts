import { test } from "uvu";
import * as assert from "uvu/assert";
import { ops, startEngine } from "../../engine/index.ts";
import { decoder, head, initialWeights, parameterSpecs, Weights } from "../../models/index.ts";
import { type CheckedInput, checkGradients } from "../engine/finite-differences.ts";
import { deltaLike, gpt2Like, llamaLike } from "./configs.ts";

const engines = {
  reference: (await startEngine("reference")).engine,
  onnx: (await startEngine("onnx", { threads: 1 })).engine,
};

/** Two packed sequences in one row, padding in the other, some places not counted. */
const rows = 2;
const sequenceLength = 6;
const batch = {
  tokens: Int32Array.of(3, 14, 15, 9, 2, 6, 5, 3, 5, 8, 0, 0),
  positions: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 4, 5),
  segments: Int32Array.of(1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 0, 0),
};
const targets = Int32Array.of(14, 15, -100, 2, 6, 28, 3, -100, 8, 1, -100, -100);

for (const [name, config] of Object.entries({ gpt2Like, llamaLike, deltaLike })) {
  for (const [engineName, engine] of Object.entries(engines)) {
    test(`${name} on ${engineName}: the gradient of every parameter is that of finite differences`, () => {
      const weights = initialWeights(config, { seed: 9, std: 0.3 });
      const inputs: Record<string, CheckedInput> = Object.fromEntries(
        parameterSpecs(config).map((spec) => [
          spec.name,
          { shape: spec.shape, data: weights.get(spec.name)! },
        ]),
      );
      for (const [input, data] of Object.entries(batch)) {
        inputs[input] = { shape: [rows, sequenceLength], data };
      }
      inputs.targets = { shape: [rows * sequenceLength], data: targets };
      const { error } = checkGradients(
        engine,
        (_graph, values) => {
          const { hidden } = decoder(config, new Weights(new Map(Object.entries(values))), {
            tokens: values.tokens!,
            positions: values.positions!,
            segments: values.segments!,
            caches: null,
          });
          const logits = head(config, new Weights(new Map(Object.entries(values))), hidden);
          const flat = ops.reshape(logits, [rows * sequenceLength, config.vocabularySize]);
          return ops.softmaxCrossEntropy(flat, values.targets!).lossSum;
        },
        inputs,
        { tolerance: 1e-4, elements: 6 },
      );
      assert.ok(error < 1e-4, `largest relative difference ${error}`);
    });
  }
}

test.run();
