/** The likeliest of many tokens, without sorting all of them. */

/**
 * Ids of the `count` largest logits, largest first, the lower id first of equals; all ids where there
 * are no more. Logits must be numbers.
 */
export function likeliestIds(logits: Float32Array, count: number): Int32Array {
  const kept = new Int32Array(Math.min(count, logits.length));
  if (kept.length === 0) return kept;
  for (let id = 0; id < kept.length; id++) kept[id] = id;
  for (let place = (kept.length >> 1) - 1; place >= 0; place--) sink(kept, place, logits);
  let least = logits[kept[0]!]!;
  for (let id = kept.length; id < logits.length; id++) {
    if (logits[id]! <= least) continue;
    kept[0] = id;
    sink(kept, 0, logits);
    least = logits[kept[0]!]!;
  }
  // The least likely goes behind those that are left, again and again.
  for (let left = kept.length - 1; left > 0; left--) {
    const id = kept[0]!;
    kept[0] = kept[left]!;
    kept[left] = id;
    sink(kept, 0, logits, left);
  }
  return kept;
}

function isLikelier(logits: Float32Array, a: number, b: number): boolean {
  const [ofA, ofB] = [logits[a]!, logits[b]!];
  return ofA > ofB || (ofA === ofB && a < b);
}

/** Restores a heap of the first ids, whose root is the least likely of it, below a place. */
function sink(heap: Int32Array, from: number, logits: Float32Array, length = heap.length): void {
  const id = heap[from]!;
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= length) break;
    if (child + 1 < length && isLikelier(logits, heap[child]!, heap[child + 1]!)) child++;
    if (!isLikelier(logits, id, heap[child]!)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = id;
}
