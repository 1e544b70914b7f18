/** A set of ids as ranges. Once settled it never changes, so that places may share one. */
export class AllowedIds {
  /** Pairs of first id and one past the last; settled, they are in order and apart. */
  readonly #bounds: number[] = [];

  #excepted = -1;

  /** Takes one id out again. */
  except(id: number): void {
    this.#excepted = id;
  }

  add(id: number): void {
    this.#bounds.push(id, id + 1);
  }

  /** Adds the ids from `first` to `last`, both included; none when `last` is below `first`. */
  addRange(first: number, last: number): void {
    if (last >= first) this.#bounds.push(first, last + 1);
  }

  has(id: number): boolean {
    if (id === this.#excepted) return false;
    const bounds = this.#bounds;
    for (let i = 0; i < bounds.length; i += 2) {
      if (id >= bounds[i]! && id < bounds[i + 1]!) return true;
    }
    return false;
  }

  /**
   * Sets the logits of all other ids to -Infinity. Of settled ids alone.
   * @param end one past the last id that is asked for; those from there on are left as they are.
   */
  mask(logits: Float32Array, end = logits.length): void {
    const bounds = this.#bounds;
    let from = 0;
    for (let i = 0; i < bounds.length; i += 2) {
      fill(logits, from, bounds[i]!);
      from = bounds[i + 1]!;
    }
    fill(logits, from, end);
    if (this.#excepted >= 0) logits[this.#excepted] = Number.NEGATIVE_INFINITY;
  }

  /** Once all were added: puts the ranges in order, by insertion, as they are few, and joins them. */
  settle(): this {
    const bounds = this.#bounds;
    for (let i = 2; i < bounds.length; i += 2) {
      const first = bounds[i]!;
      if (bounds[i - 2]! <= first) continue;
      const end = bounds[i + 1]!;
      let at = i - 2;
      for (; at >= 0 && bounds[at]! > first; at -= 2) {
        bounds[at + 2] = bounds[at]!;
        bounds[at + 3] = bounds[at + 1]!;
      }
      bounds[at + 2] = first;
      bounds[at + 3] = end;
    }
    let kept = 0;
    for (let i = 2; i < bounds.length; i += 2) {
      if (bounds[i]! > bounds[kept + 1]!) {
        kept += 2;
        bounds[kept] = bounds[i]!;
        bounds[kept + 1] = bounds[i + 1]!;
      } else if (bounds[i + 1]! > bounds[kept + 1]!) bounds[kept + 1] = bounds[i + 1]!;
    }
    if (bounds.length > kept + 2) bounds.length = kept + 2;
    return this;
  }
}

/** A call costs more than to set a few. */
const few = 16;

function fill(logits: Float32Array, from: number, end: number): void {
  if (end - from > few) logits.fill(Number.NEGATIVE_INFINITY, from, end);
  else for (let id = from; id < end; id++) logits[id] = Number.NEGATIVE_INFINITY;
}
