/** Heads of tokens further on: their losses and gradients, and what they are saved as. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Checkpoint,
  CheckpointError,
  describeModel,
  loadCheckpoint,
  modelContents,
  modelFromCheckpoint,
  SafetensorsFile,
  saveCheckpoint,
} from "../../checkpoints/index.ts";
import type { Batch } from "../../data/index.ts";
import { startEngine, type Value } from "../../engine/index.ts";
import {
  type DecoderConfig,
  type FutureHeadsConfig,
  familyOf,
  futureFamily,
  initialWeights,
  Model,
  ModelConfigError,
  parameterCount,
  parameterSpecs,
  toTensors,
  Weights,
  withoutFuture,
} from "../../models/index.ts";
import { Trainer, trainingMemory } from "../../trainers/index.ts";
import { summedLoss } from "../../trainers/loss/loss.ts";
import { feedsOf, targetsAhead } from "../../trainers/step/target-positions.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { type CheckedInput, checkGradients } from "../engine/finite-differences.ts";
import { constantRate } from "../testing/constant-rate.ts";
import { report } from "../testing/report.ts";
import { gpt2Like, llamaLike } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const place = temporaryFolder();
const goldens = join(import.meta.dirname, "../golden/future");
const kinds = ["sequential", "parallel"] as const;

const trainerOptions = constantRate(1e-3, { clip: 0 });

function openGolden(kind: string) {
  const folder = join(goldens, kind);
  const expected = SafetensorsFile.open(join(folder, "expected.safetensors"));
  const integers = (name: string) => {
    const bytes = expected.read(name);
    return new Int32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
  };
  const targets = integers("targets");
  const batch: Batch = {
    ...{ batchSize: 2, sequenceLength: 10, samples: 3, targets },
    tokens: integers("tokens"),
    segments: integers("segments"),
    positions: integers("positions"),
    targetCount: targets.filter((target) => target !== -100).length,
  };
  return { checkpoint: loadCheckpoint(folder, { acceptPlain: true }), expected, batch };
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

for (const kind of kinds) {
  test(`${kind} heads: losses and gradients are those of torch, by tensors named as it names them`, () => {
    const { checkpoint, expected, batch } = openGolden(kind);
    const model = modelFromCheckpoint(engine, checkpoint);
    assert.equal(model.config.future, { kind, count: 2 });
    const trainer = new Trainer(model, { ...trainerOptions, futureWeight: 0.3 });
    const [next, ...further] = expected.readFloat32("losses");
    const { loss, figures, targetCount } = trainer.step([batch]);
    const near = (found: number, wanted: number, what: string) =>
      assert.ok(Math.abs(found / wanted - 1) < 2e-6, `${what}: ${found}, not ${wanted}`);
    near(loss * targetCount, next!, "next token");
    near(figures!.futureLoss! * targetCount, (further[0]! + further[1]!) / 2, "further tokens");
    const family = familyOf(checkpoint.config);
    const gradients = trainer.gradients();
    const named = [
      ...toTensors(family, withoutFuture(model.config), gradients),
      ...toTensors(futureFamily(family), model.config, gradients),
    ];
    const ofTorch = [...expected.tensors.keys()].filter((name) => name.startsWith("gradient."));
    assert.equal(named.map(({ name }) => `gradient.${name}`).sort(), ofTorch.sort());
    let most = 0;
    for (const { name, data } of named) {
      const wanted = expected.readFloat32(`gradient.${name}`);
      const difference = largest(wanted.map((value, i) => value - data[i]!)) / largest(wanted);
      assert.ok(difference < 1e-5, `${name}: ${difference}`);
      most = Math.max(most, difference);
    }
    report(`${kind} heads: gradients differ from torch's by ${most.toExponential(1)} at most`);
    trainer.dispose();
    model.dispose();
    checkpoint.close();
    expected.close();
  });
}

/** Two samples in one row, a prompt and padding in the other. */
const packed: Batch = {
  ...{ batchSize: 2, sequenceLength: 6, samples: 3, targetCount: 8 },
  tokens: Int32Array.of(3, 14, 15, 9, 2, 6, 5, 3, 5, 8, 0, 0),
  positions: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 4, 5),
  segments: Int32Array.of(1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 0, 0),
  targets: Int32Array.of(14, 15, 7, 2, 6, 16, -100, -100, 8, 1, -100, -100),
};

test("a head's targets stay within its sample, and prompts do not count", () => {
  const none = -100;
  assert.equal(
    [...targetsAhead(packed, 1)],
    [15, 7, none, 6, 16, none, none, 8, 1, none, none, none],
  );
  assert.equal(
    [...targetsAhead(packed, 2)],
    [7, none, none, 16, none, none, 8, 1, none, none, none, none],
  );
  assert.ok([...targetsAhead(packed, 9)].every((target) => target === none));
});

const settings: readonly [DecoderConfig, FutureHeadsConfig][] = [
  [llamaLike, { kind: "sequential", count: 2 }],
  [gpt2Like, { kind: "sequential", count: 1 }],
  [llamaLike, { kind: "parallel", count: 2 }],
];

for (const [plain, future] of settings) {
  const { kind, count } = future;
  test(`${count} ${kind} over ${plain.positions} positions: gradients are those of finite differences`, () => {
    const config = { ...plain, layers: 1, vocabularySize: 17, future };
    const weights = initialWeights(config, { seed: 9, std: 0.3 });
    const shape = { batchSize: 2, sequenceLength: 6, targetPositions: 9, futureHeads: count };
    const inputs: Record<string, CheckedInput> = Object.fromEntries([
      ...parameterSpecs(config).map((spec) => [
        spec.name,
        {
          shape: spec.shape,
          data: weights.get(spec.name)!,
          constants: !/^(future|embedding|finalNorm)\./.test(spec.name),
        },
      ]),
    ]);
    const { error } = checkGradients(
      engine,
      (graph, values) => {
        const parameters = new Map<string, Value>(Object.entries(values));
        const feeds = Object.entries(feedsOf(packed, shape));
        const given = graph.input.bind(graph);
        graph.input = (name, ...type) => {
          const feed = feeds.find(([each]) => each === name)?.[1];
          return feed === undefined
            ? given(name, ...type)
            : graph.constant(feed.data, feed.shape, "int32");
        };
        return summedLoss(graph, config, new Weights(parameters), shape, { futureWeight: 0.7 })
          .objective;
      },
      inputs,
      { tolerance: 1e-4, elements: 2 },
    );
    assert.ok(error < 1e-4, `largest relative difference ${error}`);
  });
}

test("micro-batches add up to the large batch, with the heads' losses too", () => {
  const config: DecoderConfig = { ...llamaLike, future: { kind: "sequential", count: 2 } };
  const rowOf = (row: number): Batch => {
    const part = (values: Int32Array) => values.slice(row * 6, row * 6 + 6);
    const { tokens, positions, segments, targets } = packed;
    return {
      ...{ batchSize: 1, sequenceLength: 6, samples: 1, tokens: part(tokens) },
      ...{ positions: part(positions), segments: part(segments), targets: part(targets) },
      targetCount: part(targets).filter((target) => target !== -100).length,
    };
  };
  const [large, small] = [[packed], [rowOf(0), rowOf(1)]].map((batches) => {
    const weights = initialWeights(config, { seed: 3, std: 0.2 });
    const trainer = new Trainer(new Model(engine, config, weights), {
      ...trainerOptions,
      futureWeight: 0.3,
    });
    const { loss, figures } = trainer.step(batches);
    return { loss, futureLoss: figures!.futureLoss!, gradients: trainer.gradients() };
  });
  assert.ok(Math.abs(large!.futureLoss - small!.futureLoss) < 1e-5);
  for (const [name, wanted] of large!.gradients) {
    const found = small!.gradients.get(name)!;
    const difference = largest(wanted.map((value, i) => value - found[i]!));
    assert.ok(difference <= 1e-5 * Math.max(1e-2, largest(wanted)), `${name}: ${difference}`);
  }
});

test("dropout serves batches of few targets and of many", () => {
  const config: DecoderConfig = { ...llamaLike, future: { kind: "sequential", count: 2 } };
  const trainer = new Trainer(
    new Model(engine, config, initialWeights(config, { seed: 3, std: 0.2 })),
    { ...trainerOptions, futureWeight: 0.3, dropout: { rate: 0.1, seed: 1 } },
  );
  const targets = packed.tokens.slice();
  const all = { ...packed, targets, targetCount: targets.length };
  for (const batch of [packed, all, packed])
    assert.ok(trainer.step([batch]).figures!.futureLoss! > 0);
  trainer.dispose();
});

test("without a weight of their loss the heads stay as they are, and the decoder learns as one without", () => {
  const config: DecoderConfig = { ...llamaLike, future: { kind: "parallel", count: 1 } };
  const weights = initialWeights(config, { seed: 3, std: 0.2 });
  const [withHeads, plain] = [config, llamaLike].map((each) => {
    const own = new Set(parameterSpecs(each).map(({ name }) => name));
    const model = new Model(engine, each, new Map([...weights].filter(([name]) => own.has(name))));
    const trainer = new Trainer(model, trainerOptions);
    assert.is(trainer.step([packed]).figures, undefined);
    return model.weights();
  });
  for (const [name, values] of withHeads!) {
    assert.equal(values, plain!.get(name) ?? weights.get(name), name);
  }
});

test("a model with heads is saved as one without beside a file with them, and comes back whole", () => {
  for (const [plain, future] of settings) {
    const config = { ...plain, future };
    const weights = initialWeights(config, { seed: 5 });
    const model = new Model(engine, config, weights);
    const folder = join(place, `${plain.positions}-${future.kind}`);
    const contents = modelContents(model);
    saveCheckpoint(folder, contents);
    const checkpoint = loadCheckpoint(folder);
    assert.equal({ ...(checkpoint.config.future_heads as object) }, future);
    const again = modelFromCheckpoint(engine, checkpoint);
    assert.equal(again.config.future, future);
    for (const [name, values] of weights) assert.equal(again.weights().get(name), values, name);
    const described = describeModel(checkpoint);
    assert.is(described.parameters, parameterCount(config));
    assert.is(described.futureParameters, parameterCount(config) - parameterCount(plain));
    checkpoint.close();
    // Who copies the model's own files alone has an ordinary model.
    const copy = join(place, `${plain.positions}-${future.kind}-copy`);
    saveCheckpoint(copy, { config: contents.config, tensors: modelContents(model).tensors });
    const without = loadCheckpoint(copy);
    assert.equal(modelFromCheckpoint(engine, without).config.future, undefined);
    without.close();
  }
  const sequential = loadCheckpoint(join(place, "rotary-sequential"));
  const names = [...sequential.future!.tensors.keys()];
  for (const name of ["enorm", "hnorm", "eh_proj", "shared_head.norm", "self_attn.q_proj"]) {
    assert.ok(names.includes(`model.layers.2.${name}.weight`), name);
  }
  assert.not.ok([...sequential.model.tensors.keys()].some((name) => name.includes("layers.2.")));
  sequential.close();
});

test("files of heads that are no such are refused by name", () => {
  const folder = join(goldens, "sequential");
  const changed = (future: unknown, heads = "future_heads.safetensors"): Checkpoint => {
    const copy = temporaryFolder();
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
    writeFileSync(join(copy, "config.json"), JSON.stringify({ ...config, future_heads: future }));
    copyFileSync(join(folder, "model.safetensors"), join(copy, "model.safetensors"));
    copyFileSync(join(folder, heads), join(copy, "future_heads.safetensors"));
    return loadCheckpoint(copy, { acceptPlain: true });
  };
  const opening = (future: unknown, heads?: string) => () =>
    modelFromCheckpoint(engine, changed(future, heads));
  const refused = (found: () => unknown, text: RegExp) =>
    assert.throws(
      found,
      (error: Error) => error instanceof CheckpointError && text.test(error.message),
    );
  for (const wrong of [3, [], { kind: "serial", count: 2 }, { kind: "parallel", count: 1e9 }]) {
    refused(opening(wrong), /future_heads is .* expected a kind/);
  }
  refused(opening({ kind: "sequential", count: 3 }), /model\.layers\.4\..* is missing/);
  refused(opening({ kind: "parallel", count: 2 }), /belongs to no part/);
  refused(opening({ kind: "sequential", count: 2 }, "model.safetensors"), /is missing/);
  assert.throws(
    () => new Model(engine, { ...llamaLike, future: { kind: "parallel", count: 0 } }, new Map()),
    (error: Error) => error instanceof ModelConfigError && /futureTokens/.test(error.message),
  );
});

test("the plan of a step knows of the heads", () => {
  const shape = { batchSize: 2, sequenceLength: 16 };
  const plan = (config: DecoderConfig) => trainingMemory(config, shape, "all");
  const [plain, more] = [llamaLike, { ...llamaLike, future: { kind: "parallel", count: 2 } }].map(
    (config) => plan(config as DecoderConfig),
  );
  assert.is(
    more!.trainedParameters - plain!.trainedParameters,
    (more!.weights - plain!.weights) / 4,
  );
  assert.ok(more!.activations > plain!.activations);
});

test.run();
