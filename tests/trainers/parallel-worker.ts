/**
 * One of several processes that train a tiny decoder together, each beside a trainer of its own that does
 * all alone, and print by how much they differ.
 */
import seedrandom from "seedrandom";
import type { Batch } from "../../data/index.ts";
import { openCommunicator } from "../../distributed/index.ts";
import { startEngine, type TensorData } from "../../engine/index.ts";
import { initialWeights, Model } from "../../models/index.ts";
import {
  averagesIn,
  DpoTrainer,
  isOwn,
  type OptimizerName,
  PairBatches,
  type ParallelOptions,
  pairsInOrder,
  referenceLogProbs,
  refuseDrift,
  type SavedTensor,
  Trainer,
  type TrainerOptions,
} from "../../trainers/index.ts";
import { llamaLike } from "../models/configs.ts";
import { preferencePairs } from "./preference-pairs.ts";
import { promptedBatch } from "./prompted.ts";

const communicator = openCommunicator();
const { rank, size } = communicator;
const { engine } = await startEngine("onnx", { threads: 1 });

const names: readonly OptimizerName[] = [
  ...(["adamw", "adamw-8bit", "muon", "adafactor", "lion", "sgd"] as const),
];

function options(name: OptimizerName): TrainerOptions {
  const learningRate = name === "lion" ? 3e-4 : name === "sgd" ? 0.05 : 3e-3;
  return {
    optimiser: { name, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, momentum: 0.9 },
    schedule: { schedule: "constant", learningRate, minRatio: 0, warmupSteps: 0, steps: 100 },
    // Low enough to clip.
    clip: 0.5,
    dropout: { rate: 0.1, seed: 5 },
  };
}

/** Tables of more than 4096 elements, which have 8-bit states. */
const decoder = { ...llamaLike, layers: 1, hiddenSize: 48, headDim: 12, vocabularySize: 97 };

function trainerOf(name: OptimizerName, parallel?: Partial<ParallelOptions>, extra = {}) {
  const model = new Model(engine, decoder, initialWeights(decoder, { seed: 1, std: 0.2 }));
  const together = { communicator, bucketBytes: 30_000, shardOptimizer: false, ...parallel };
  return new Trainer(model, {
    ...options(name),
    ...(parallel === undefined ? {} : { parallel: together }),
    ...extra,
  });
}

/** Micro-batches of a step, of uneven numbers of target tokens. */
function microBatches(step: number, count: number): Batch[] {
  return Array.from({ length: count }, (_, index) => {
    const random = seedrandom(`${step}/${index}`);
    const row = () => ({ prompt: Math.floor(4 * random()), drawing: 1 + Math.floor(9 * random()) });
    return promptedBatch([row(), row()], decoder.vocabularySize, `${step}/${index}`);
  });
}

const own = (batches: readonly Batch[]) => batches.filter((_, i) => isOwn(i, communicator));

const weightsOf = (trainer: Trainer): TensorData[] =>
  Object.values(trainer.model.parameterBuffers).map((buffer) => buffer.read());

function difference(a: readonly TensorData[], b: readonly TensorData[]): number {
  let most = 0;
  for (const [i, values] of a.entries()) {
    for (const [j, value] of values.entries()) most = Math.max(most, Math.abs(value - b[i]![j]!));
  }
  return most;
}

/** Steps of both; the largest difference of their losses and of their weights afterwards. */
function compared(together: Trainer, alone: Trainer, steps: readonly number[], count: number) {
  let loss = 0;
  for (const step of steps) {
    const batches = microBatches(step, count);
    const [one, other] = [together.step(own(batches)), alone.step(batches)];
    loss = Math.max(loss, Math.abs(one.loss - other.loss));
    if (one.targetCount !== other.targetCount) throw new Error("other target tokens");
  }
  return { loss, weights: difference(weightsOf(together), weightsOf(alone)) };
}

const copied = (state: Map<string, SavedTensor>) =>
  new Map([...state].map(([name, tensor]) => [name, tensor.read().slice()]));

function goOn(from: Trainer, into: Trainer): void {
  const state = copied(from.state());
  for (const [name, buffer] of into.model.parameters) {
    buffer.write(from.model.parameters.get(name)!.read());
  }
  into.restore(from.steps, (name) => state.get(name)!);
}

const byOptimizer = Object.fromEntries(
  names.map((name) => {
    const [sharded, alone] = [trainerOf(name, { shardOptimizer: true }), trainerOf(name)];
    // 4 micro-batches: 2 and 2, or 2, 1 and 1.
    const differences = compared(sharded, alone, [0, 1], 4);
    const [state, whole] = [sharded.state(), alone.state()];
    const states = [...whole].map(([key, tensor]) => {
      const other = state.get(key);
      if (other === undefined) throw new Error(`${key} is not in the state`);
      if (`${other.type.shape}` !== `${tensor.type.shape}`) throw new Error(`the shape of ${key}`);
      return difference([tensor.read()], [other.read()]);
    });
    const sameNames = state.size === whole.size;
    return [name, { ...differences, sameNames, state: Math.max(...states) }];
  }),
);

/** Saved by several and gone on with by one, and the other way round. */
const resumed = (["adamw", "muon"] as const).map((name) => {
  const [sharded, alone] = [trainerOf(name, { shardOptimizer: true }), trainerOf(name)];
  const before = compared(sharded, alone, [0], 4);
  const [one, several] = [trainerOf(name), trainerOf(name, { shardOptimizer: true })];
  goOn(sharded, one);
  goOn(alone, several);
  const after = compared(several, one, [1, 2], 4);
  refuseDrift(communicator, [...several.model.parameters.values()], 3);
  return Math.max(...Object.values(before), ...Object.values(after));
});

/** As many micro-batches as ranks: the sums are the same numbers in the same order. */
const exact = compared(trainerOf("adamw", {}), trainerOf("adamw"), [0, 1, 2], Math.min(2, size));
/** More ranks than micro-batches. */
const idle = compared(trainerOf("sgd", { shardOptimizer: true }), trainerOf("sgd"), [0, 1], 1);
/** One bucket for all. */
const roomy = compared(trainerOf("adamw", { bucketBytes: 1e9 }), trainerOf("adamw"), [0, 1], 2);
const average = { decay: 0.9, after: 1, every: 1 };
const averaged = [
  trainerOf("adamw", { shardOptimizer: true }, { average }),
  trainerOf("adamw", undefined, { average }),
] as const;
compared(...averaged, [0, 1, 2], 2);
const ofAverage = (trainer: Trainer) => averagesIn(trainer.state()).map((each) => each.read());
const averages = difference(ofAverage(averaged[0]), ofAverage(averaged[1]));

const held = microBatches(99, 5);
const evaluated = averaged.map((trainer) => trainer.evaluate(held).loss);

/** Pairs: micro-batches shared out, and what is held out. */
const pairs = preferencePairs(6, decoder.vocabularySize);
const laidOut = { pairs: 2, sequenceLength: 16, pad: 0 };
function trainedOnPairs(parallel?: ParallelOptions) {
  const model = new Model(engine, decoder, initialWeights(decoder, { seed: 1, std: 0.2 }));
  const trainer = new DpoTrainer(
    model,
    { ...options("adamw"), ...(parallel === undefined ? {} : { parallel }) },
    { lossType: "sigmoid", beta: 0.1, labelSmoothing: 0, rpoAlpha: 0 },
  );
  const once = pairsInOrder(pairs, laidOut);
  const reference = referenceLogProbs((batch) => trainer.pass(batch), once, pairs.size);
  const batches = new PairBatches(pairs, reference, {
    ...{ ...laidOut, microBatches: 3, seed: 1 },
    ...(parallel === undefined ? {} : { isOwn: (index: number) => isOwn(index, communicator) }),
  });
  const steps = [0, 1, 2].map(() => trainer.step(batches.next()));
  // In one batch, so that only one of the processes has any.
  const held = trainer.evaluate(pairsInOrder(pairs, { ...laidOut, pairs: 6 }, reference));
  const figures = [...steps.map((each) => each.figures ?? {}), held.figures].flatMap((each) =>
    Object.keys(each)
      .sort()
      .map((name) => each[name]!),
  );
  const numbers = [...steps.map(({ loss }) => loss), held.loss, held.natsPerToken, ...figures];
  const weights = Object.values(model.parameterBuffers).map((buffer) => buffer.read());
  return { numbers, epochs: batches.epochs, weights };
}

const pairsTogether = trainedOnPairs({ communicator, bucketBytes: 30_000, shardOptimizer: true });
const pairsAlone = trainedOnPairs();

const preferences = {
  numbers: Math.max(
    ...pairsTogether.numbers.map((value, i) => Math.abs(value - pairsAlone.numbers[i]!)),
  ),
  compared: pairsTogether.numbers.length,
  weights: difference(pairsTogether.weights, pairsAlone.weights),
  epochs: pairsTogether.epochs === pairsAlone.epochs,
};

/** A sample of a rank that turns the loss into no number: all skip the step and name it. */
const broken = trainerOf("adamw", {}, { skipNonFinite: true });
const poison = broken.model.parameters.get("embedding.weight")!;
poison.write(poison.read().slice().fill(Number.POSITIVE_INFINITY, 0, decoder.hiddenSize));
const token = (batch: Batch, value: number): Batch => ({
  ...batch,
  tokens: batch.tokens.map((each) => (each === 0 ? value : each)),
});
const clean = microBatches(0, 2).map((batch) => token(batch, 1));
const last = { ...clean[1]!, tokens: clean[1]!.tokens.with(0, 0) };
const skipped = broken.step(own([clean[0]!, last]));
let drift = "";
poison.write(poison.read().slice().fill(rank, 0, 1));
try {
  refuseDrift(communicator, [poison], 7);
} catch (error) {
  drift = (error as Error).message;
}

const answer = {
  resumed,
  rank,
  byOptimizer,
  exact,
  idle,
  roomy,
  averages,
  preferences,
  drift,
  evaluated: Math.abs(evaluated[0]! - evaluated[1]!),
  trouble: skipped.trouble?.kind,
  suspects: skipped.trouble?.suspects.length,
  worst: String(skipped.trouble?.suspects[0]?.loss),
};
process.stdout.write(`answer ${JSON.stringify(answer)}\n`);
