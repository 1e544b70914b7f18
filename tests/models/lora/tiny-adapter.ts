/** Adapters over tiny decoders, and a batch to train them on. */

import type { Batch } from "../../../data/index.ts";
import type { Engine } from "../../../engine/index.ts";
import {
  type DecoderConfig,
  familyFor,
  initialWeights,
  type LoraConfig,
  Model,
  newLora,
  plainLora,
} from "../../../models/index.ts";
import { constantRate } from "../../testing/constant-rate.ts";
import { llamaLike } from "../configs.ts";

export const ids = [[3, 1, 4, 1, 5, 9, 2, 6]];

export function makeAdapted(
  engine: Engine,
  change: Partial<LoraConfig> = {},
  config: DecoderConfig = llamaLike,
) {
  const weights = initialWeights(config, { seed: 2, std: 0.3 });
  const lora = { ...plainLora, rank: 2, alpha: 4, ...change };
  const { adapter, base } = newLora(familyFor(config), config, weights, lora, 7);
  return { config, weights, adapter, base, model: new Model(engine, config, base) };
}

/** The adapter with every value moved, as training would. */
export function moved<A extends { weights: ReadonlyMap<string, Float32Array> }>(
  adapter: A,
  by: number,
): A {
  const weights = [...adapter.weights].map(
    ([name, values]) => [name, values.map((value, i) => value + by * Math.sin(i + 1))] as const,
  );
  return { ...adapter, weights: new Map(weights) };
}

/** The largest between two elements. */
export function difference(found: Float32Array, expected: Float32Array): number {
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

export const trainerOptions = constantRate(1e-2);

export const batch: Batch = {
  batchSize: 1,
  sequenceLength: 8,
  tokens: Int32Array.from(ids[0]!),
  targets: Int32Array.from([1, 4, 1, 5, 9, 2, 6, 5]),
  positions: Int32Array.from({ length: 8 }, (_, i) => i),
  segments: new Int32Array(8).fill(1),
  targetCount: 8,
  samples: 1,
};
