/** A set of ids as ranges. */
export class AllowedIds {
  /** Pairs of first id and one past the last. */
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
    for (let i = 0; i < this.#bounds.length; i += 2) {
      if (id >= this.#bounds[i]! && id < this.#bounds[i + 1]!) return true;
    }
    return false;
  }

  /** Sets the logits of all other ids to -Infinity. The ids must be sorted. */
  mask(logits: Float32Array): void {
    const bounds = this.#bounds;
    let kept = 0;
    for (let i = 0; i < bounds.length; i += 2) {
      if (bounds[i]! > kept) logits.fill(Number.NEGATIVE_INFINITY, kept, bounds[i]!);
      kept = Math.max(kept, bounds[i + 1]!);
    }
    logits.fill(Number.NEGATIVE_INFINITY, kept);
    if (this.#excepted >= 0) logits[this.#excepted] = Number.NEGATIVE_INFINITY;
  }

  /** Once all were added. By insertion: the ranges are few, or nearly in order. */
  sort(): void {
    const bounds = this.#bounds;
    for (let i = 2; i < bounds.length; i += 2) {
      const first = bounds[i]!;
      const end = bounds[i + 1]!;
      let at = i - 2;
      for (; at >= 0 && bounds[at]! > first; at -= 2) {
        bounds[at + 2] = bounds[at]!;
        bounds[at + 3] = bounds[at + 1]!;
      }
      bounds[at + 2] = first;
      bounds[at + 3] = end;
    }
  }
}
