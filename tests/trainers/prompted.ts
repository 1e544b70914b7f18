/** Batches of which some places count, and how their losses and gradients compare. */
import seedrandom from "seedrandom";
import * as assert from "uvu/assert";
import type { Batch } from "../../data/index.ts";

/** Places of a row. */
export const sequenceLength = 16;

/** Rows of a prompt that does not count, a drawing that does, and padding. */
export function promptedBatch(
  rows: readonly { readonly prompt: number; readonly drawing: number }[],
  vocabulary: number,
  seed = "prompted",
): Batch {
  const random = seedrandom(seed);
  const size = rows.length * sequenceLength;
  const tokens = Int32Array.from({ length: size }, () => Math.floor(random() * vocabulary));
  const counts = (i: number) => {
    const { prompt, drawing } = rows[Math.floor(i / sequenceLength)]!;
    return i % sequenceLength >= prompt && i % sequenceLength < prompt + drawing;
  };
  const targets = tokens.map((_, i) => (counts(i) ? Math.floor(random() * vocabulary) : -100));
  return {
    batchSize: rows.length,
    sequenceLength: sequenceLength,
    tokens,
    targets,
    positions: tokens.map((_, i) => i % sequenceLength),
    segments: new Int32Array(size).fill(1),
    targetCount: targets.filter((target) => target !== -100).length,
    samples: rows.length,
  };
}

/** 17 of whose 64 places count. */
export const someRows = [
  { prompt: 5, drawing: 6 },
  { prompt: 0, drawing: 3 },
  { prompt: 9, drawing: 7 },
  { prompt: 2, drawing: 1 },
];

export const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Relative to the largest element, or to a thousandth of the largest of all where that is more. */
export function assertNear(
  found: Readonly<Record<string, Float32Array>>,
  expected: Readonly<Record<string, Float32Array>>,
): void {
  const { loss, ...byParameter } = expected;
  assert.ok(Math.abs(found.loss![0]! - loss![0]!) <= 2e-6 * loss![0]!, "loss");
  const floor = 1e-3 * Math.max(...Object.values(byParameter).map(largest));
  for (const [name, values] of Object.entries(byParameter)) {
    const difference = largest(values.map((value, i) => value - found[name]![i]!));
    const relative = difference / Math.max(floor, largest(values), 1e-30);
    assert.ok(relative < 1e-5, `${name}: ${relative}`);
  }
}
