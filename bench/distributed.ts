/**
 * What training in several processes costs: a step of all ranks beside a step of each alone, in turn, and
 * the time of a bucket by its size. Prints Markdown; docs/scaling.md works with these figures.
 *
 *   mpirun -n 2 node --import tsx bench/distributed.ts
 *
 * All ranks do the same at the same time in either case, so that they share the machine alike.
 */
import { openCommunicator } from "../distributed/index.ts";
import { startEngine } from "../engine/index.ts";
import {
  type DecoderConfig,
  initialWeights,
  layerBiases,
  Model,
  plainDecoder,
  plainRope,
} from "../models/index.ts";
import { Trainer, type TrainerOptions } from "../trainers/index.ts";

const communicator = openCommunicator();
const { rank, size, summary } = communicator;
const say = (text: string) => rank === 0 && process.stdout.write(`${text}\n`);

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Median of the slowest rank, in milliseconds. */
function timed(repeats: number, work: () => void): number {
  const times = Array.from({ length: repeats }, () => {
    communicator.barrier();
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  const slowest = Float64Array.of(median(times));
  communicator.allReduce(slowest, "max");
  return slowest[0]!;
}

/** As the quickstart's, with a tenth of its vocabulary. */
const decoder: DecoderConfig = {
  ...plainDecoder,
  vocabularySize: 2048,
  contextLength: 256,
  layers: 4,
  hiddenSize: 128,
  headDim: 32,
  heads: 4,
  kvHeads: 4,
  intermediateSize: 512,
  positions: "rotary",
  rope: plainRope(10_000),
  norm: "rmsNorm",
  normEpsilon: 1e-5,
  activation: "silu",
  gated: true,
  tieEmbeddings: true,
  biases: layerBiases(false),
};

const batchSize = 4;
const tokens = Int32Array.from({ length: batchSize * 256 }, (_, i) => (i * 7919) % 2048);
const batch = {
  ...{ batchSize, sequenceLength: 256, tokens, targets: tokens, targetCount: tokens.length },
  positions: tokens.map((_, i) => i % 256),
  ...{ segments: new Int32Array(tokens.length).fill(1), samples: batchSize },
};
const options: TrainerOptions = {
  optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
  schedule: { schedule: "constant", learningRate: 1e-4, minRatio: 1, warmupSteps: 0, steps: 1e6 },
  clip: 1,
};
const { engine } = await startEngine("onnx", { threads: 1 });
const make = (shardOptimizer: boolean | null) => {
  const model = new Model(engine, decoder, initialWeights(decoder, { seed: 1, std: 0.02 }));
  const parallel = { communicator, bucketBytes: 25e6, shardOptimizer: shardOptimizer === true };
  return new Trainer(model, shardOptimizer === null ? options : { ...options, parallel });
};
const trainers = { alone: make(null), together: make(false), sharded: make(true) };
const { parameterCount } = trainers.alone.model;
for (const trainer of Object.values(trainers)) trainer.step([batch]);

const rounds = 7;
const steps = { alone: [] as number[], together: [] as number[], sharded: [] as number[] };
for (let round = 0; round < rounds; round++) {
  for (const [name, trainer] of Object.entries(trainers)) {
    steps[name as keyof typeof steps].push(timed(2, () => trainer.step([batch])));
  }
}
const [alone, together, sharded] = [steps.alone, steps.together, steps.sharded].map(median);
const ratio = (each: number) => (each / alone!).toFixed(2);
say(
  `${summary}; ${(parameterCount / 1e6).toFixed(2)} million parameters, ${tokens.length} tokens a rank\n`,
);
say("| step | ms | beside one process |\n|---|---|---|");
say(`| each rank alone | ${alone!.toFixed(1)} | 1 |`);
say(`| together, gradients added up | ${together!.toFixed(1)} | ${ratio(together!)} |`);
say(`| together, states shared out | ${sharded!.toFixed(1)} | ${ratio(sharded!)} |\n`);

say(
  "| bucket | adding up, ms | ms a MB | scattering and gathering, ms | ms a MB |\n|---|---|---|---|---|",
);
for (const megabytes of [0.00001, 0.1, 1, 5, 25]) {
  const part = Math.max(1, Math.floor((megabytes * 250_000) / size));
  const values = new Float32Array(part * size);
  const counts = new Int32Array(size).fill(part);
  const own = new Float32Array(part);
  const repeats = megabytes > 1 ? 9 : 31;
  const sum = timed(repeats, () => communicator.allReduce(values));
  const both = timed(repeats, () => {
    communicator.reduceScatter(values, counts, own);
    communicator.allGather(own, counts, values);
  });
  const name = megabytes < 0.001 ? "a number" : `${megabytes} MB`;
  const perMegabyte = (each: number) => (megabytes < 0.001 ? "" : (each / megabytes).toFixed(2));
  say(
    `| ${name} | ${sum.toFixed(3)} | ${perMegabyte(sum)} | ${both.toFixed(3)} | ${perMegabyte(both)} |`,
  );
}
