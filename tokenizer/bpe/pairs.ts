/**
 * The search for the most frequent pair of neighbours in weighted sequences of ids, as byte-pair
 * encoding and the merging of path tokens both need it. Counts are updated only where a merge
 * changes a sequence; a heap with stale entries yields the best pair.
 */
export interface WeightedSequence {
  readonly ids: number[];
  readonly count: number;
}

export interface MergeLearning {
  /** Id of the first merged token; ids of the sequences lie below. */
  readonly firstId: number;
  readonly merges: number;
  readonly minimumFrequency: number;
  /** Pairs for which it says false are never merged. */
  readonly mayMerge?: (left: number, right: number) => boolean;
}

export interface LearnedMerge {
  readonly left: number;
  readonly right: number;
  /** Occurrences at the time of the merge. */
  readonly count: number;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Sequences in which the pair stood at some time. */
  readonly sequences: Set<number>;
}

interface Candidate {
  readonly pair: Pair;
  readonly count: number;
}

/** Merges in the order learned; the n-th makes the id `firstId + n`. Changes the sequences. */
export function learnMerges(
  sequences: readonly WeightedSequence[],
  learning: MergeLearning,
): LearnedMerge[] {
  const radix = learning.firstId + learning.merges;
  const pairs = new Map<number, Pair>();
  const touched = new Set<Pair>();
  const change = (left: number, right: number, by: number, sequence: number) => {
    if (learning.mayMerge !== undefined && !learning.mayMerge(left, right)) return;
    const key = left * radix + right;
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, count: 0, sequences: new Set() };
      pairs.set(key, pair);
    }
    pair.count += by;
    if (by > 0) pair.sequences.add(sequence);
    touched.add(pair);
  };
  const changeAll = (index: number, sign: 1 | -1) => {
    const { ids, count } = sequences[index]!;
    for (let i = 0; i + 1 < ids.length; i++) change(ids[i]!, ids[i + 1]!, sign * count, index);
  };

  const heap = new CandidateHeap();
  const queueTouched = () => {
    for (const pair of touched) {
      if (pair.count >= learning.minimumFrequency) heap.push({ pair, count: pair.count });
    }
    touched.clear();
  };

  for (let index = 0; index < sequences.length; index++) changeAll(index, 1);
  queueTouched();
  const learned: LearnedMerge[] = [];
  while (learned.length < learning.merges) {
    const best = heap.pop();
    if (best === undefined) break;
    if (best.count !== best.pair.count) continue;
    const { left, right, count } = best.pair;
    const id = learning.firstId + learned.length;
    learned.push({ left, right, count });
    for (const index of best.pair.sequences) {
      changeAll(index, -1);
      mergeRun(sequences[index]!.ids, [left, right], id);
      changeAll(index, 1);
    }
    queueTouched();
  }
  return learned;
}

/** Joins every `run` into `id`, from the left, in place. */
export function mergeRun(ids: number[], run: readonly number[], id: number): void {
  let kept = 0;
  for (let i = 0; i < ids.length; i++) {
    const joins = standsAt(ids, i, run);
    ids[kept++] = joins ? id : ids[i]!;
    if (joins) i += run.length - 1;
  }
  ids.length = kept;
}

/** Whether `ids` goes on with `run` at a place. */
export function standsAt(ids: readonly number[], at: number, run: readonly number[]): boolean {
  for (let i = 0; i < run.length; i++) if (ids[at + i] !== run[i]) return false;
  return true;
}

function precedes(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.pair.left !== b.pair.left) return a.pair.left < b.pair.left;
  return a.pair.right < b.pair.right;
}

class CandidateHeap {
  readonly #items: Candidate[] = [];

  push(candidate: Candidate): void {
    const items = this.#items;
    let at = items.push(candidate) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!precedes(candidate, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = candidate;
  }

  pop(): Candidate | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && precedes(items[child + 1]!, items[child]!)) child++;
      if (!precedes(items[child]!, last)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
