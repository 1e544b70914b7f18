/** The losses of ten training steps that every engine must have alike. */
import type { Engine } from "../../engine/index.ts";
import { initialWeights, Model } from "../../models/index.ts";
import { benchShape } from "../../src/bench/shapes.ts";
import { randomTokens } from "../../src/bench/workloads/random-tokens.ts";
import { Trainer } from "../../trainers/index.ts";

const steps = 10;

/** Of the quickstart's decoder on random tokens, which it learns by heart. */
export function parityLosses(engine: Engine): number[] {
  const { decoder } = benchShape("quickstart");
  const [rows, length] = [4, 64];
  const model = new Model(engine, decoder, initialWeights(decoder, { seed: 1, std: 0.02 }));
  const trainer = new Trainer(model, {
    optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
    schedule: { schedule: "constant", learningRate: 1e-3, minRatio: 1, warmupSteps: 0, steps },
    clip: 1,
  });
  const drawn = (seed: string) => {
    const found = randomTokens(rows, length, decoder.vocabularySize, seed);
    return Int32Array.from(found.flatMap((row) => [...row]));
  };
  const batch = {
    batchSize: rows,
    sequenceLength: length,
    tokens: drawn("tokens"),
    targets: drawn("targets"),
    positions: Int32Array.from({ length: rows * length }, (_, i) => i % length),
    segments: new Int32Array(rows * length).fill(1),
    targetCount: rows * length,
    samples: rows,
  };
  const losses = Array.from({ length: steps }, () => trainer.step([batch]).loss);
  trainer.dispose();
  model.dispose();
  return losses;
}

export const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, loss, i) => Math.max(most, Math.abs(loss - b[i]!)), 0);
