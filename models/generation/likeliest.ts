/** The likeliest of many tokens, without sorting all of them. */

/**
 * Ids of the `count` largest logits, largest first, the lower id first of equals; all ids where there
 * are no more. Logits must be numbers.
 */
export function likeliestIds(logits: Float32Array, count: number): Int32Array {
  const kept = new Int32Array(Math.min(count, logits.length));
  for (let id = 0; id < kept.length; id++) kept[id] = id;
  if (kept.length < logits.length) {
    for (let place = (kept.length >> 1) - 1; place >= 0; place--) sink(kept, place, logits);
    for (let id = kept.length; id < logits.length; id++) {
      if (logits[id]! <= logits[kept[0]!]!) continue;
      kept[0] = id;
      sink(kept, 0, logits);
    }
  }
  return kept.sort((a, b) => (isLikelier(logits, a, b) ? -1 : 1));
}

function isLikelier(logits: Float32Array, a: number, b: number): boolean {
  const [ofA, ofB] = [logits[a]!, logits[b]!];
  return ofA > ofB || (ofA === ofB && a < b);
}

/** Restores a heap whose root is the least likely of it, below a place. */
function sink(heap: Int32Array, from: number, logits: Float32Array): void {
  const id = heap[from]!;
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isLikelier(logits, heap[child]!, heap[child + 1]!)) child++;
    if (!isLikelier(logits, id, heap[child]!)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = id;
}
