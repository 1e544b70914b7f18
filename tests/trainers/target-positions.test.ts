/** Logits for the places that count alone: the same numbers as with logits for all, for less work. */

import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Batch, BatchStream } from "../../data/index.ts";
import { Graph, gradients, startEngine } from "../../engine/index.ts";
import {
  type DecoderConfig,
  familyFor,
  initialWeights,
  layerBiases,
  Model,
  newLora,
  plainLora,
  type WeightDtype,
} from "../../models/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { contextLengthOf, prepareData } from "../../src/runs/index.ts";
import { type BatchShape, summedLoss } from "../../trainers/loss/loss.ts";
import { feedsOf, shapeOf } from "../../trainers/step/target-positions.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";
import { report } from "../testing/report.ts";
import { assertNear, largest, promptedBatch, sequenceLength, someRows } from "./prompted.ts";

const { engine } = await startEngine("onnx", { threads: 2 });
interface Setting {
  readonly config: DecoderConfig;
  readonly weightDtype?: WeightDtype;
}

const large = 16_400;
const settings: Readonly<Record<string, Setting>> = {
  "tied head": { config: gpt2Like },
  "own head": { config: llamaLike },
  "head with a bias and capped logits": {
    config: { ...llamaLike, biases: { ...layerBiases(false), head: true }, logitSoftcap: 2 },
  },
  "large vocabulary": { config: { ...llamaLike, vocabularySize: large } },
  "large vocabulary, tied": { config: { ...gpt2Like, vocabularySize: large } },
  "large vocabulary, bias and cap": {
    config: {
      ...llamaLike,
      vocabularySize: large,
      biases: { ...layerBiases(false), head: true },
      logitSoftcap: 2,
    },
  },
  "large vocabulary kept in 8 bits, bias and cap": {
    config: {
      ...llamaLike,
      hiddenSize: 32,
      headDim: 8,
      intermediateSize: 32,
      vocabularySize: large,
      logitSoftcap: 2,
      biases: { ...layerBiases(false), head: true },
    },
    weightDtype: "int8",
  },
};

function makeModel({ config, weightDtype = "float32" }: Setting): Model {
  const weights = new Map(initialWeights(config, { seed: 1, std: 0.2 }));
  const bias = weights.get("head.bias");
  if (bias !== undefined)
    weights.set(
      "head.bias",
      bias.map((_, i) => Math.sin(i)),
    );
  const model = new Model(engine, config, weights, { weightDtype });
  if (weightDtype === "float32") return model;
  const lora = { ...plainLora, rank: 2 };
  const { adapter } = newLora(familyFor(config), config, weights, lora, 1);
  const values = [...adapter.weights].map(
    ([name, each], i) => [name, each.map((_, j) => 0.1 * Math.sin(i + j))] as const,
  );
  model.attach("some", { ...adapter, weights: new Map(values) });
  return model;
}

/** Loss and gradients of a batch by a graph of this shape. */
function pass(model: Model, batch: Batch, shape: BatchShape): Record<string, Float32Array> {
  const graph = new Graph();
  const { values, weights } = model.weightsIn(graph);
  const loss = summedLoss(graph, model.config, weights, shape).objective;
  graph.output("loss", loss);
  const names = model.trainable.map(({ name }) => name);
  const adapted = (name: string) => values.get(name) ?? graph.inputs.get(name)!;
  const found = gradients(loss, names.map(adapted));
  for (const [i, name] of names.entries()) graph.output(`gradient.${name}`, found[i]!);
  const feeds = Object.fromEntries(
    Object.entries(feedsOf(batch, shape)).map(([name, { shape: of, data }]) => [
      name,
      engine.buffer({ dtype: "int32", shape: of }, data),
    ]),
  );
  const outputs = Object.fromEntries(
    [...graph.outputs].map(([name, { type }]) => [name, engine.buffer(type)]),
  );
  const program = engine.compile(graph);
  program.run({ ...model.parameterBuffers, ...feeds }, outputs);
  const read = Object.entries(outputs).map(([name, buffer]) => [name, buffer.read().slice()]);
  for (const buffer of [...Object.values(feeds), ...Object.values(outputs)]) buffer.dispose();
  program.dispose();
  return Object.fromEntries(read) as Record<string, Float32Array>;
}

for (const [name, setting] of Object.entries(settings)) {
  test(`${name}: loss and gradients are those of logits for all places`, () => {
    const model = makeModel(setting);
    const batch = promptedBatch(someRows, setting.config.vocabularySize);
    const shape = shapeOf(batch);
    assert.equal(
      shape,
      { batchSize: 4, sequenceLength, targetPositions: 24 },
      "17 of 64 places count",
    );
    assertNear(pass(model, batch, shape), pass(model, batch, { batchSize: 4, sequenceLength }));
    model.dispose();
  });
}

test("the number of logits is an eighth of the places, or two, to all, and holds the counted", () => {
  const batch = promptedBatch(someRows, 29);
  for (const [counted, logits] of [
    [0, 8],
    [1, 8],
    [8, 8],
    [9, 16],
    [56, 56],
    [57, undefined],
    [64, undefined],
  ] as const) {
    assert.is(
      shapeOf({ ...batch, targetCount: counted }).targetPositions,
      logits,
      `${counted} counted`,
    );
  }
});

test("every number of counted places gives the same as logits for all, none among them", () => {
  const model = makeModel({ config: llamaLike });
  for (const drawing of [0, 1, 2, 7, 8, 16]) {
    const batch = promptedBatch(
      [
        { prompt: 0, drawing },
        { prompt: 3, drawing: 0 },
      ],
      29,
    );
    const found = pass(model, batch, shapeOf(batch));
    assertNear(found, pass(model, batch, { batchSize: 2, sequenceLength }));
    if (drawing === 0) assert.equal(Object.values(found).map(largest).filter(Boolean), []);
  }
  model.dispose();
});

test("where every place counts the graph is what it was", () => {
  const batch = promptedBatch(new Array(4).fill({ prompt: 0, drawing: 16 }), 29);
  assert.equal(shapeOf(batch), { batchSize: 4, sequenceLength });
  const names = Object.keys(feedsOf(batch, shapeOf(batch)));
  assert.equal(names, ["tokens", "positions", "segments", "targets"]);
});

test("a batch that counts more places than it says is refused", () => {
  const batch = { ...promptedBatch(someRows, 29), targetCount: 8 };
  assert.throws(() => feedsOf(batch, shapeOf(batch)), /more than 8 targets count/);
});

test("the quickstart's captions do not count: how much less its head computes", async () => {
  const config = loadConfig(join(import.meta.dirname, "../../configs/quickstart.yaml"), [
    { path: "data.limit", text: "400" },
  ]);
  const { train, tokenizer } = await prepareData(config);
  const shape = {
    batchSize: config.train.batchSize,
    sequenceLength: contextLengthOf(config.model, null),
  };
  const shares = [true, false].map((packing) => {
    const stream = new BatchStream(train, {
      ...shape,
      packing,
      lossOn: config.data.lossOn,
      seed: 1,
      pad: tokenizer.vocabulary.special.pad,
    });
    const batches = Array.from({ length: 20 }, () => stream.next());
    const share = (of: (batch: Batch) => number) =>
      batches.reduce((sum, batch) => sum + of(batch), 0) / batches.length;
    const places = shape.batchSize * shape.sequenceLength;
    return {
      counted: share((batch) => batch.targetCount / places),
      computed: share((batch) => (shapeOf(batch).targetPositions ?? places) / places),
    };
  });
  for (const [i, { counted, computed }] of shares.entries()) {
    const percent = (x: number) => `${(100 * x).toFixed(0)} %`;
    report(
      `quickstart's batches, ${["packed", "one drawing a row"][i]}: ${percent(counted)} of the places count, the head computes ${percent(computed)}`,
    );
    assert.ok(computed >= counted && computed < counted + 1 / 8);
  }
  assert.ok(shares[0]!.computed < 0.95 && shares[1]!.computed < 0.6);
});

test.run();
