/** The graph of a step and its memory, from a config alone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../data/index.ts";
import { type Buffer, memoryPlan, startEngine } from "../../engine/index.ts";
import { expandComposites } from "../../engine/passes/index.ts";
import {
  type ConfigJson,
  type DecoderConfig,
  familyOf,
  initialWeights,
  Model,
  parameterCount,
  parameterSpecs,
  weightDtypes,
} from "../../models/index.ts";
import { stepGraph, type TrainedPart, Trainer } from "../../trainers/index.ts";
import { generatingMemory, trainingMemory } from "../../trainers/step/memory.ts";
import { decodersFolder, goldenNames } from "../golden/golden.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";

const shape = { batchSize: 2, sequenceLength: 4 };

test("the graph is the trainer's: the same gradients from the same batch", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const weights = initialWeights(llamaLike, { seed: 3 });
  const model = new Model(engine, llamaLike, weights);
  const trainer = new Trainer(model, {
    optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 },
    schedule: { schedule: "constant", learningRate: 0, minRatio: 1, warmupSteps: 0, steps: 1 },
    clip: 0,
  });
  const tokens = Int32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  const batch: Batch = {
    ...shape,
    tokens,
    targetCount: 8,
    samples: 2,
    targets: tokens.toReversed(),
    positions: Int32Array.from([0, 1, 2, 3, 0, 1, 2, 3]),
    segments: new Int32Array(8).fill(1),
  };
  const graph = stepGraph(llamaLike, shape, "all");
  const program = engine.compile(graph);
  const buffers = (values: typeof graph.inputs): Record<string, Buffer> =>
    Object.fromEntries([...values].map(([name, { type }]) => [name, engine.buffer(type)]));
  const inputs = { ...buffers(graph.inputs), ...model.parameterBuffers };
  for (const name of ["tokens", "targets", "positions", "segments"] as const) {
    inputs[name]!.write(batch[name]);
  }
  inputs.lossScale!.write(Float32Array.of(1 / 8));
  const outputs = buffers(graph.outputs);
  program.run(inputs, outputs);
  const { loss } = trainer.step([batch]);
  assert.ok(Math.abs(outputs.lossSum!.read()[0]! / 8 - loss) < 1e-5);
  for (const [name, gradient] of trainer.gradients()) {
    assert.equal(outputs[`gradient.${name}`]!.read(), gradient, name);
  }
  engine.dispose();
});

test("training everything holds gradients and two moments of every parameter", () => {
  const memory = trainingMemory(gpt2Like, shape, "all");
  const count = parameterCount(gpt2Like);
  assert.is(memory.trainedParameters, count);
  assert.is(memory.weights, 4 * count);
  assert.is(memory.gradients, 4 * count);
  assert.is(memory.moments, 8 * count);
  assert.is(memory.total, 16 * count + memory.activations);
});

test("adapters hold them of their own parameters alone, and have fused modules in common", () => {
  const memory = trainingMemory(gpt2Like, shape, { adapterRank: 2 });
  const { layers, hiddenSize: width, intermediateSize: feedForward } = gpt2Like;
  const fused = 2 * width + 2 * 3 * width;
  const output = 2 * width + 2 * width;
  const network = 2 * (2 * width + 2 * feedForward);
  assert.is(memory.trainedParameters, layers * (fused + output + network));
  assert.is(memory.moments, 8 * memory.trainedParameters);
});

test("the token tables alone hold them of embedding and head, whole, and of the head's bias", () => {
  const free = { ...llamaLike, tieEmbeddings: false, biases: { ...llamaLike.biases, head: true } };
  for (const config of [gpt2Like, free]) {
    const memory = trainingMemory(config, shape, "tables");
    const { vocabularySize, hiddenSize: width, tieEmbeddings, biases } = config;
    const tables = (tieEmbeddings ? 1 : 2) * vocabularySize * width;
    assert.is(memory.trainedParameters, tables + (biases.head ? vocabularySize : 0));
    assert.is(memory.weights, 4 * parameterCount(config), "the frozen rest is float32");
    assert.is(memory.gradients + memory.moments, 12 * memory.trainedParameters);
    const all = trainingMemory(config, shape, "all");
    assert.ok(memory.activations < all.activations, "frozen layers keep less for their gradients");
  }
});

test("a frozen decoder's float32 matrices are there a second time, packed, up to a gibibyte of them", () => {
  const matrices = parameterSpecs(llamaLike)
    .filter(({ shape }) => shape.length === 2)
    .reduce((total, { shape }) => total + 4 * shape[0]! * shape[1]!, 0);
  assert.is(trainingMemory(llamaLike, shape, { adapterRank: 2 }).prepacked, matrices);
  assert.is(trainingMemory(llamaLike, shape, "all").prepacked, 0);
  assert.is(trainingMemory(llamaLike, shape, { adapterRank: 2 }, "bfloat16").prepacked, 0);
  const generating = generatingMemory(llamaLike, 8);
  assert.is(generating.prepacked, matrices);
  assert.is(generating.total, generating.weights + matrices + generating.caches);
  assert.is(generatingMemory(sevenBillion, 8).prepacked, 0);
});

test("activations grow with the batch", () => {
  const small = trainingMemory(llamaLike, shape, "all").activations;
  const large = trainingMemory(llamaLike, { ...shape, batchSize: 8 }, "all").activations;
  assert.ok(large > 3 * small, `${small} to ${large}`);
});

/** Llama 2 7B's. */
const sevenBillion: DecoderConfig = {
  ...llamaLike,
  layers: 32,
  hiddenSize: 4096,
  heads: 32,
  kvHeads: 32,
  headDim: 128,
  intermediateSize: 11_008,
  vocabularySize: 32_000,
  contextLength: 4096,
};
/** Numbers of its linear layers, its two tables, its gains. */
const [linears, tables, gains] = [6_476_005_376, 262_144_000, 266_240] as const;
const expectedWeights = {
  float32: 4 * (linears + tables + gains),
  bfloat16: 2 * (linears + tables) + 4 * gains,
  int8: (1 + 4 / 64) * (linears + tables) + 4 * gains,
  int4: (0.5 + 4 / 32) * linears + (1 + 4 / 64) * tables + 4 * gains,
  nf4: (0.5 + 4 / 64) * linears + 2 * tables + 4 * gains,
  // A mean for each of seven matrices a layer.
  "nf4-double": (0.5 + (1 + 4 / 256) / 64) * linears + 4 * 7 * 32 + 2 * tables + 4 * gains,
} as const;

test("the plans of a 7B model add up, by method and storage", () => {
  assert.is(parameterCount(sevenBillion), linears + tables + gains);
  const long = { batchSize: 1, sequenceLength: 512 };
  const adapters = parameterSpecs(sevenBillion)
    .filter(({ name, shape }) => name.startsWith("layers.") && shape.length === 2)
    .reduce((total, { shape }) => total + 16 * (shape[0]! + shape[1]!), 0);
  const full = trainingMemory(sevenBillion, long, "all");
  assert.is(full.total, 4 * expectedWeights.float32 + full.activations);
  const activations = new Set<number>();
  for (const weightDtype of weightDtypes) {
    const memory = trainingMemory(sevenBillion, long, { adapterRank: 16 }, weightDtype);
    assert.is(memory.trainedParameters, adapters);
    assert.is(memory.weights, expectedWeights[weightDtype] + 4 * adapters, weightDtype);
    assert.is(memory.gradients + memory.moments, 12 * adapters);
    assert.is(
      memory.total,
      memory.weights + memory.gradients + memory.moments + memory.activations,
      "too large to be packed",
    );
    activations.add(memory.activations);
    const generating = generatingMemory(sevenBillion, 1024, weightDtype);
    assert.is(generating.weights, expectedWeights[weightDtype]);
    assert.is(generating.total, generating.weights + 4 * 2 * 32 * 4096 * 1024);
  }
  const [least, most] = [Math.min(...activations), Math.max(...activations)];
  assert.ok(
    most < 1.1 * least,
    `what is between does not depend on the storage: ${least}, ${most}`,
  );
});

test("a step's graph over a base in fewer bits names the same gradients, and no float32 matrix", () => {
  const graph = stepGraph(llamaLike, shape, { adapterRank: 2 }, "bfloat16");
  const plain = stepGraph(llamaLike, shape, { adapterRank: 2 });
  assert.equal([...graph.outputs.keys()], [...plain.outputs.keys()]);
  assert.is(graph.inputs.get("layers.0.feedForward.up.weight")!.dtype, "bfloat16");
});

test("the logits of a large vocabulary are never held whole, whatever the family", () => {
  const vocabulary = { vocabularySize: 20_011, contextLength: 2048 };
  const long = { batchSize: 1, sequenceLength: 2048 };
  for (const name of goldenNames(decodersFolder)) {
    const json: ConfigJson = JSON.parse(
      readFileSync(join(decodersFolder, name, "config.json"), "utf8"),
    );
    const config = { ...familyOf(json).readConfig(json), ...vocabulary };
    for (const weightDtype of ["float32", "int8"] as const) {
      const trained: TrainedPart = weightDtype === "float32" ? "all" : { adapterRank: 2 };
      const graph = expandComposites(stepGraph(config, long, trained, weightDtype));
      const batchSize = memoryPlan(graph).timeline.flatMap(({ node }) =>
        node.outputs.flatMap(({ shape }) =>
          shape.length === 2 && shape[1] === 20_011 ? [shape[0]!] : [],
        ),
      );
      assert.ok(batchSize.length > 0, `${name} has no logits`);
      assert.ok(Math.max(...batchSize) <= 512, `${name}: ${Math.max(...batchSize)} rows of logits`);
    }
  }
});

test("where few places count, fewer rows have logits", () => {
  const config = { ...llamaLike, vocabularySize: 20_011 };
  const all = trainingMemory(config, { batchSize: 4, sequenceLength: 64 }, "tables");
  const some = trainingMemory(
    config,
    { batchSize: 4, sequenceLength: 64, targetPositions: 32 },
    "tables",
  );
  assert.ok(some.activations < all.activations, `${some.activations}, ${all.activations}`);
});

test.run();
