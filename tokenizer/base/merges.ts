/**
 * Byte-pair merging of one word: the neighbours whose merge was learned first are joined, the
 * leftmost first among equals, until none can be (Sennrich et al. 2016, arXiv 1508.07909). A heap
 * keeps it near-linear, since SentencePiece models take a whole text as one word.
 */
/** A heap entry is rank * 2^32 + position, so that the least number is the next merge. */
const rankUnit = 2 ** 32;
export const mostMerges = 2 ** 21;

interface Merge {
  readonly rank: number;
  readonly id: number;
}

export class MergeTable {
  readonly #merges = new Map<number, Merge>();
  readonly #size: number;

  /** @param size ids lie below. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Adds the next merge in rank; a pair given twice has its last rank. */
  add(left: number, right: number, id: number, rank: number): void {
    this.#merges.set(left * this.#size + right, { rank, id });
  }

  /** The pieces after all merges; changes the array given. */
  apply(pieces: number[]): number[] {
    const count = pieces.length;
    if (count < 2) return pieces;
    const next = Int32Array.from({ length: count }, (_, i) => (i + 1 < count ? i + 1 : -1));
    const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
    const heap: number[] = [];
    const consider = (at: number) => {
      const after = at < 0 ? -1 : next[at]!;
      if (after < 0) return;
      const merge = this.#mergeOf(pieces[at]!, pieces[after]!);
      if (merge !== undefined) push(heap, merge.rank * rankUnit + at);
    };
    for (let i = 0; i + 1 < count; i++) consider(i);
    for (let entry = pop(heap); entry !== undefined; entry = pop(heap)) {
      const at = entry % rankUnit;
      const rank = (entry - at) / rankUnit;
      const after = next[at]!;
      if (after < 0) continue;
      const merge = this.#mergeOf(pieces[at]!, pieces[after]!);
      // An entry is stale when one of its two pieces has been merged since.
      if (merge === undefined || merge.rank !== rank) continue;
      pieces[at] = merge.id;
      const beyond = next[after]!;
      next[at] = beyond;
      next[after] = -1;
      if (beyond >= 0) previous[beyond] = at;
      consider(previous[at]!);
      consider(at);
    }
    const merged: number[] = [];
    for (let at = 0; at >= 0; at = next[at]!) merged.push(pieces[at]!);
    return merged;
  }

  #mergeOf(left: number, right: number): Merge | undefined {
    return this.#merges.get(left * this.#size + right);
  }
}

function push(heap: number[], entry: number): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]! <= entry) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: number[]): number | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
    if (heap[child]! >= last) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return top;
}
