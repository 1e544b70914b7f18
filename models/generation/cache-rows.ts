/** Moving what sequences left in their caches: pieces of the first one, and rows between sessions. */
import { type Buffer, type Shape, sizeOf, type TensorData } from "../../engine/index.ts";

/** By name of the cache: what some tokens left there, head by head; of a state, all of it. */
export type CachePiece = ReadonlyMap<string, TensorData>;

/** Keys and values, of which a sequence fills as much as it has tokens; a state is whole always. */
export function isByToken(cache: string): boolean {
  return /\.(keys|values|keyScales|valueScales)$/.test(cache);
}

/** A copy of what the first sequence's tokens of these positions left in a cache. */
export function takeFrom(name: string, cache: Buffer, from: number, to: number): TensorData {
  const values = cache.read();
  const ranges = rangesOf(name, cache.type.shape, from, to);
  const length = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  const taken = values.slice(0, length);
  let at = 0;
  for (const [start, end] of ranges) {
    taken.set(values.subarray(start, end), at);
    at += end - start;
  }
  return taken;
}

/** Puts such a copy back. */
export function putInto(
  name: string,
  cache: Buffer,
  piece: TensorData,
  from: number,
  to: number,
): void {
  const values = cache.read();
  let at = 0;
  for (const [start, end] of rangesOf(name, cache.type.shape, from, to)) {
    values.set(piece.subarray(at, at + end - start), start);
    at += end - start;
  }
  // Where the engine computes in this memory, it has them already.
  if (cache.read() !== values) cache.write(values);
}

/** Where the first sequence's tokens of these positions lie in a cache, head by head; of a state, all of it. */
function rangesOf(
  name: string,
  [, ...shape]: Shape,
  from: number,
  to: number,
): (readonly [start: number, end: number])[] {
  if (!isByToken(name)) return [[0, sizeOf(shape)]];
  const [heads, capacity, headDim] = shape as [number, number, number];
  return Array.from({ length: heads }, (_, head) => {
    const first = head * capacity * headDim;
    return [first + from * headDim, first + to * headDim] as const;
  });
}

/** Copies what a sequence left in one cache into a row of another, which may hold more or fewer tokens. */
export function copyRow(name: string, from: CacheRow, to: CacheRow, used: number): void {
  const [, heads, , headDim] = to.shape as [number, number, number, number];
  const isWhole = !isByToken(name);
  const [ofSource, ofTarget] = [from, to].map(({ shape }) => sizeOf(shape.slice(1))) as [
    number,
    number,
  ];
  const pieces = isWhole ? 1 : heads;
  const length = isWhole ? ofTarget : used * headDim;
  for (let piece = 0; piece < pieces; piece++) {
    const begin = from.row * ofSource + (piece * ofSource) / pieces;
    const values = from.values.subarray(begin, begin + length);
    to.values.set(values, to.row * ofTarget + (piece * ofTarget) / pieces);
  }
}

/** A row of `[batch, heads, capacity, headDim]`, or of states. */
export interface CacheRow {
  readonly values: TensorData;
  readonly shape: Shape;
  readonly row: number;
}
