/** What a training step is fed with: rows of tokens and what is to be predicted at each place. */
import { type Sample, type SampleChoice, targetsOf } from "../dataset/dataset.ts";

/** Marks a target that the loss does not count. */
export const ignoreIndex = -100;

/** All arrays are [batch, sequence], row-major. */
export interface Batch {
  readonly batchSize: number;
  readonly sequenceLength: number;
  /** Input ids; 0's place is padding where `segments` is 0. */
  readonly tokens: Int32Array;
  /** The id that follows, or {@link ignoreIndex}. */
  readonly targets: Int32Array;
  /** Place within the sample, from 0 in each segment. */
  readonly positions: Int32Array;
  /** From 1 in each row, a number for each sample; 0 is padding. Attention stays within a segment. */
  readonly segments: Int32Array;
  /** Targets that are not ignored. */
  readonly targetCount: number;
  /** Samples in the batch. */
  readonly samples: number;
  /** Which samples they are, by row and segment, where the batch is of a stream. */
  readonly shown?: readonly (readonly SampleChoice[])[];
}

/** Which targets count: those of the answer (a drawing's after the one that opens it), or all. */
export type LossScope = "drawing" | "sample";

/** Of a sample's tokens the first that is counted as a target, and the one behind the last. */
function countedTargets(sample: Sample, scope: LossScope): readonly [from: number, to: number] {
  return scope === "sample" ? [1, sample.tokens.length] : targetsOf(sample);
}

/**
 * Lays samples into rows. A sample of n tokens takes n - 1 positions, for its last token is a target
 * only. Fewer rows than asked for are filled up with padding.
 * @throws RangeError when a row's samples take more than `sequenceLength` positions.
 */
export function layOut(
  rows: readonly (readonly Sample[])[],
  shape: { readonly rows: number; readonly sequenceLength: number; readonly pad: number },
  scope: LossScope,
): Batch {
  const size = shape.rows * shape.sequenceLength;
  const tokens = new Int32Array(size).fill(shape.pad);
  const targets = new Int32Array(size).fill(ignoreIndex);
  const positions = new Int32Array(size);
  const segments = new Int32Array(size);
  let targetCount = 0;
  let samples = 0;
  rows.forEach((row, index) => {
    let place = index * shape.sequenceLength;
    row.forEach((sample, segment) => {
      const length = sample.tokens.length - 1;
      if (place + length > (index + 1) * shape.sequenceLength) {
        throw new RangeError(
          `the samples of row ${index} take more than ${shape.sequenceLength} places`,
        );
      }
      const [from, to] = countedTargets(sample, scope);
      tokens.set(sample.tokens.subarray(0, length), place);
      targets.set(sample.tokens.subarray(from, to), place + from - 1);
      segments.fill(segment + 1, place, place + length);
      for (let i = 0; i < length; i++) positions[place + i] = i;
      targetCount += to - from;
      place += length;
      samples++;
    });
  });
  const { rows: count, sequenceLength } = shape;
  return {
    batchSize: count,
    sequenceLength: sequenceLength,
    tokens,
    targets,
    positions,
    segments,
    targetCount,
    samples,
  };
}
