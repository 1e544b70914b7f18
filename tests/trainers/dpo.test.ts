/** DPO: its loss and gradients by PyTorch, by finite differences, and that it learns what is preferred. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { layOutPairs, type PairBatch } from "../../data/index.ts";
import { type Engine, Graph, gradients, ops, startEngine } from "../../engine/index.ts";
import { initialWeights, Model } from "../../models/index.ts";
import { drawingLogLikelihoods } from "../../src/evaluate/index.ts";
import { type DpoOptions, dpoLosses } from "../../trainers/preference/dpo-loss.ts";
import { DpoTrainer } from "../../trainers/preference/dpo-trainer.ts";
import { PairBatches, pairsInOrder } from "../../trainers/preference/pair-batches.ts";
import { referenceLogProbs } from "../../trainers/preference/reference.ts";
import { llamaLike } from "../models/configs.ts";
import { makeAdapted } from "../models/lora/tiny-adapter.ts";
import { constantRate } from "../testing/constant-rate.ts";
import { preferencePairs } from "./preference-pairs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const { engine: exact } = await startEngine("reference");

const given = [
  ...["chosen", "rejected", "referenceChosen", "referenceRejected"],
  ...["chosenTokens", "rejectedTokens"],
] as const;

type Given = Readonly<Record<(typeof given)[number], readonly number[]>>;

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../golden/dpo.json"), "utf8"),
) as Given & {
  readonly cases: readonly (DpoOptions & {
    readonly losses: readonly number[];
    readonly ofChosen: readonly number[];
    readonly ofRejected: readonly number[];
  })[];
};

/** Losses of the golden pairs and the gradients of their sum. */
function computed(on: Engine, options: DpoOptions) {
  const graph = new Graph();
  const size = golden.chosen.length;
  const values = Object.fromEntries(given.map((name) => [name, graph.input(name, [size])]));
  const losses = dpoLosses(values as unknown as Parameters<typeof dpoLosses>[0], options);
  graph.output("losses", losses);
  const [ofChosen, ofRejected] = gradients(ops.sum(losses), [values.chosen!, values.rejected!]);
  graph.output("ofChosen", ofChosen!);
  graph.output("ofRejected", ofRejected!);
  const program = on.compile(graph, { name: "dpo" });
  const vector = () => on.buffer({ dtype: "float32", shape: [size] });
  const inputs = Object.fromEntries(given.map((name) => [name, vector()]));
  for (const name of given) inputs[name]!.write(Float32Array.from(golden[name]));
  const outputs = { losses: vector(), ofChosen: vector(), ofRejected: vector() };
  program.run(inputs, outputs);
  return {
    losses: [...(outputs.losses.read() as Float32Array)],
    ofChosen: [...(outputs.ofChosen.read() as Float32Array)],
    ofRejected: [...(outputs.ofRejected.read() as Float32Array)],
  };
}

test("losses and gradients are PyTorch's by TRL's formulas, on two engines", () => {
  for (const on of [engine, exact]) {
    for (const { losses, ofChosen, ofRejected, ...options } of golden.cases) {
      const found = computed(on, options);
      const name = JSON.stringify(options);
      const pairs = [
        [found.losses, losses],
        [found.ofChosen, ofChosen],
        [found.ofRejected, ofRejected],
      ] as const;
      for (const [is, should] of pairs) {
        for (const [index, value] of should.entries()) {
          const error = Math.abs(is[index]! - value) / Math.max(1, Math.abs(value));
          assert.ok(error < 1e-5, `${name} ${index}: ${is[index]} for ${value}`);
        }
      }
    }
  }
});

const vocabulary = llamaLike.vocabularySize;

const options = constantRate(3e-3, { clip: 0, weightDecay: 0 });
const dpo: DpoOptions = { lossType: "sigmoid", beta: 0.1, labelSmoothing: 0, rpoAlpha: 0 };
const shape = { pairs: 4, sequenceLength: 16, pad: 0 };

function newModel(on: Engine = engine) {
  return new Model(on, llamaLike, initialWeights(llamaLike, { seed: 1, std: 0.2 }));
}

test("rows of a batch have the log-probabilities that drawings have elsewhere", () => {
  const pairs = preferencePairs(6, vocabulary);
  const model = newModel();
  const trainer = new DpoTrainer(model, options, dpo);
  const once = pairsInOrder(pairs, shape);
  const found = referenceLogProbs((batch) => trainer.pass(batch), once, pairs.size);
  for (const drawing of [0, 1]) {
    const samples = Array.from({ length: 6 }, (_, sample) =>
      pairs.get({ sample, caption: 0, drawing }),
    );
    const expected = drawingLogLikelihoods(model, samples, 0);
    for (const [index, value] of expected.entries()) {
      const is = (drawing === 0 ? found.chosen : found.rejected)[index]!;
      assert.ok(Math.abs(is - value) < 1e-4, `${is} for ${value}`);
    }
  }
  trainer.dispose();
});

test("the gradients of all parameters agree with finite differences", () => {
  const pairs = preferencePairs(3, vocabulary);
  const reference = {
    chosen: new Float32Array(3).fill(-20),
    rejected: new Float32Array(3).fill(-19),
  };
  const batches = new PairBatches(pairs, reference, {
    ...shape,
    pairs: 3,
    microBatches: 1,
    seed: 1,
  });
  const [batch] = batches.next() as [PairBatch];
  for (const change of [{}, { lossType: "ipo", beta: 0.5, rpoAlpha: 0.5 } as const]) {
    const model = newModel();
    const trainer = new DpoTrainer(
      model,
      { ...options, schedule: { ...options.schedule, learningRate: 1e-12 } },
      { ...dpo, ...change },
    );
    trainer.step([batch]);
    for (const [name, gradient] of trainer.gradients()) {
      const buffer = model.parameters.get(name)!;
      const before = (buffer.read() as Float32Array).slice();
      // Along the gradient, where the difference is largest.
      const norm = Math.hypot(...gradient);
      if (norm < 1e-4) continue;
      const lossAt = (distance: number) => {
        buffer.write(before.map((value, i) => value + (distance * gradient[i]!) / norm));
        return trainer.pass(batch).lossSum / batch.targetCount;
      };
      const reach = 3e-3;
      const slope = (lossAt(reach) - lossAt(-reach)) / (2 * reach);
      buffer.write(before);
      assert.ok(Math.abs(slope / norm - 1) < 0.02, `${name}: ${slope} for ${norm}`);
    }
    trainer.dispose();
  }
});

test("micro-batches add up to the large batch, whatever stands beside a pair", () => {
  const pairs = preferencePairs(6, vocabulary);
  const batchOf = (samples: readonly number[], size: number): PairBatch => {
    const batch = layOutPairs(pairs, samples, { ...shape, pairs: size });
    return { ...batch, reference: new Float32Array(batch.batchSize).fill(-20) };
  };
  const stepped = (microBatches: readonly PairBatch[]) => {
    const trainer = new DpoTrainer(newModel(), options, dpo);
    const result = trainer.step(microBatches);
    const gradients = trainer.gradients();
    trainer.dispose();
    return { result, gradients };
  };
  const whole = stepped([batchOf([0, 1, 2, 3, 4, 5], 6)]);
  const parts = stepped([batchOf([0, 1, 2, 3], 4), batchOf([4, 5], 4)]);
  assert.ok(Math.abs(whole.result.loss - parts.result.loss) < 1e-6);
  assert.is(whole.result.targetCount, 6);
  for (const [name, gradient] of whole.gradients) {
    const other = parts.gradients.get(name)!;
    const error = Math.max(...gradient.map((value, i) => Math.abs(value - other[i]!)));
    assert.ok(error < 1e-5, `${name}: ${error}`);
  }
});

test("it begins at ln 2, and learns to hold the chosen drawings likelier", () => {
  const pairs = preferencePairs(8, vocabulary);
  const trainer = new DpoTrainer(newModel(), options, dpo);
  const pass = (batch: PairBatch) => trainer.pass(batch);
  const reference = referenceLogProbs(pass, pairsInOrder(pairs, shape), pairs.size);
  const batches = new PairBatches(pairs, reference, { ...shape, microBatches: 1, seed: 1 });
  const first = trainer.step(batches.next());
  assert.ok(Math.abs(first.loss - Math.LN2) < 1e-4, `${first.loss}`);
  assert.ok(first.gradientNorm > 0.01, `${first.gradientNorm}`);
  assert.ok(Math.abs(first.figures?.["rewards/margins"] ?? 1) < 1e-4);
  for (let step = 1; step < 30; step++) trainer.step(batches.next());
  const { loss, figures } = trainer.evaluate(pairsInOrder(pairs, shape, reference));
  assert.ok(loss < 0.5, `${loss}`);
  assert.is(figures["rewards/accuracies"], 1);
  assert.ok(figures["rewards/margins"]! > 0.5);
  const margin = figures["rewards/chosen"]! - figures["rewards/rejected"]!;
  assert.ok(Math.abs(margin - figures["rewards/margins"]!) < 1e-5);
});

test("an adapter learns what is preferred, and the model under it stays as it was", () => {
  const pairs = preferencePairs(8, vocabulary);
  for (const useDora of [false, true]) {
    const { adapter, base, model } = makeAdapted(engine, { useDora, rank: 4 });
    model.attach("preferred", adapter);
    const faster = { ...options.schedule, learningRate: 2e-2 };
    const trainer = new DpoTrainer(model, { ...options, schedule: faster }, dpo);
    const pass = (batch: PairBatch) => trainer.pass(batch);
    const reference = referenceLogProbs(pass, pairsInOrder(pairs, shape), pairs.size);
    const batches = new PairBatches(pairs, reference, { ...shape, microBatches: 1, seed: 1 });
    const first = trainer.step(batches.next());
    assert.ok(Math.abs(first.loss - Math.LN2) < 1e-4, `${first.loss}`);
    const names = [...trainer.gradients().keys()];
    assert.ok(names.length > 0 && names.every((name) => name.startsWith("adapters.preferred.")));
    for (let step = 1; step < 30; step++) trainer.step(batches.next());
    const { loss, figures } = trainer.evaluate(pairsInOrder(pairs, shape, reference));
    assert.ok(loss < 0.6 && figures["rewards/accuracies"] === 1, `${loss}`);
    assert.equal([...model.weights()].sort(), [...base].sort());
    trainer.dispose();
    // Taken off, it leaves the weights that the pairs were scored with.
    model.detach("preferred");
    const bare = new DpoTrainer(model, options, dpo);
    const again = bare.evaluate(pairsInOrder(pairs, shape, reference));
    assert.ok(Math.abs(again.loss - Math.LN2) < 1e-4, `${again.loss}`);
    bare.dispose();
    model.dispose();
  }
});

test("batches go on where their state says", () => {
  const pairs = preferencePairs(7, vocabulary);
  const reference = { chosen: new Float32Array(7), rejected: new Float32Array(7) };
  const from = { ...shape, microBatches: 2, seed: 3 };
  const one = new PairBatches(pairs, reference, from);
  one.next();
  const two = new PairBatches(pairs, reference, from, one.state);
  const shown = (batches: readonly PairBatch[]) => batches.map(({ shownPairs }) => shownPairs);
  for (let i = 0; i < 5; i++) assert.equal(shown(two.next()), shown(one.next()));
  assert.ok(one.epochs > 6);
});

test.run();
