/**
 * Tensors cut into buckets: few calls for many small tensors, and pieces of bounded size of large ones
 * (Li et al. 2020, "PyTorch Distributed", arXiv 2006.15704, section 3.2.3).
 */

/** Elements of a tensor, flat. */
export interface Segment {
  /** Which tensor. */
  readonly tensor: number;
  readonly from: number;
  readonly to: number;
}

/** In the order of the tensors, each bucket of `most` elements but the last. */
export function planBuckets(lengths: readonly number[], most: number): Segment[][] {
  const buckets: Segment[][] = [];
  let room = 0;
  for (const [tensor, length] of lengths.entries()) {
    for (let from = 0; from < length; ) {
      if (room === 0) {
        buckets.push([]);
        room = Math.max(1, most);
      }
      const to = Math.min(length, from + room);
      buckets.at(-1)!.push({ tensor, from, to });
      room -= to - from;
      from = to;
    }
  }
  return buckets;
}

export const sizeOfBucket = (bucket: readonly Segment[]): number =>
  bucket.reduce((sum, { from, to }) => sum + to - from, 0);

/** Copies the elements of a bucket out of the tensors, one segment after the other. */
export function pack(
  bucket: readonly Segment[],
  tensors: readonly Float32Array[],
  into: Float32Array,
): void {
  let at = 0;
  for (const { tensor, from, to } of bucket) {
    into.set(tensors[tensor]!.subarray(from, to), at);
    at += to - from;
  }
}

/** Copies them back. */
export function unpack(
  bucket: readonly Segment[],
  values: Float32Array,
  tensors: readonly Float32Array[],
): void {
  let at = 0;
  for (const { tensor, from, to } of bucket) {
    tensors[tensor]!.set(values.subarray(at, at + to - from), from);
    at += to - from;
  }
}
