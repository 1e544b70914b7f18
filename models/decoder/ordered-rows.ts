/**
 * Token rows that begin in order: near numbers alike, and a run of tokens as the mean of its parts.
 * After the mean and noise initialisation of HiVG (2604.05072): what a small data set would have to
 * tell a model, that 41 lies between 40 and 42, it knows from the start.
 */
import seedrandom from "seedrandom";
import type { TokenStructure } from "../../tokenizer/index.ts";
import { fillNormal } from "./random.ts";

/** Waves of which the smooth part is made; the shortest is an eighth of the range. */
const harmonics = 16;
/** Share of a row's variance that is smooth in the number. */
const smoothShare = 0.9;

/**
 * Overwrites the rows of numbers and runs; the others stay as they are, as does each row's scale.
 *
 * @param rows `[vocabularySize, hiddenSize]`
 * @param std of the normal values that the other rows were drawn from
 */
export function orderRows(
  rows: Float32Array,
  hiddenSize: number,
  { numbers, runs }: TokenStructure,
  { seed, std }: { readonly seed: number; readonly std: number },
): void {
  for (const range of numbers) {
    const random = seedrandom(`${seed}/numbers/${range.firstId}`);
    orderNumbers(rows.subarray(range.firstId * hiddenSize), hiddenSize, range.count, std, random);
  }
  for (const [id, run] of runs) {
    meanOf(rows, hiddenSize, run, rows.subarray(id * hiddenSize, (id + 1) * hiddenSize));
  }
}

function orderNumbers(
  rows: Float32Array,
  hiddenSize: number,
  count: number,
  std: number,
  random: () => number,
): void {
  // Falling with the frequency, of variance 1 together.
  const weights = Array.from({ length: harmonics }, (_, k) => 1 / (k + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const waves = fillNormal(new Float32Array(2 * harmonics * hiddenSize), 1, random);
  const noise = Math.sqrt(1 - smoothShare);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < hiddenSize; j++) {
      let smooth = 0;
      for (let k = 0; k < harmonics; k++) {
        const angle = (Math.PI * (k + 1) * i) / Math.max(1, count - 1);
        const amplitude = Math.sqrt(weights[k]! / total);
        const wave = 2 * (k * hiddenSize + j);
        smooth += amplitude * (waves[wave]! * Math.cos(angle) + waves[wave + 1]! * Math.sin(angle));
      }
      const at = i * hiddenSize + j;
      rows[at] = std * Math.sqrt(smoothShare) * smooth + noise * rows[at]!;
    }
  }
}

/** The mean of several rows, brought to the length that one of them has on average. */
function meanOf(
  rows: Float32Array,
  hiddenSize: number,
  ids: readonly number[],
  out: Float32Array,
): void {
  for (let j = 0; j < hiddenSize; j++) {
    const sum = ids.reduce((total, id) => total + rows[id * hiddenSize + j]!, 0);
    out[j] = sum / Math.sqrt(ids.length);
  }
}
