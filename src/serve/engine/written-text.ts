/** The text of a drawing as it grows, up to the first stop string. */

export class WrittenText {
  readonly #stop: readonly string[];
  /** Not told yet: it may be the beginning of a stop string. */
  #held = "";
  /** Whether a stop string was met. */
  stopped = false;

  constructor(stop: readonly string[]) {
    this.#stop = stop;
  }

  /** @returns what can be told now. */
  add(text: string): string {
    if (this.stopped || text === "") return "";
    this.#held += text;
    const found = this.#stop
      .map((each) => this.#held.indexOf(each))
      .filter((at) => at >= 0)
      .reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
    if (found !== Number.POSITIVE_INFINITY) {
      this.stopped = true;
      return this.#take(found);
    }
    return this.#take(this.#held.length - this.#openStop());
  }

  /** What was held back in vain. */
  end(): string {
    return this.stopped ? "" : this.#take(this.#held.length);
  }

  #take(length: number): string {
    const text = this.#held.slice(0, length);
    this.#held = this.stopped ? "" : this.#held.slice(length);
    return text;
  }

  /** Length of the longest ending that a stop string begins with. */
  #openStop(): number {
    let most = 0;
    for (const each of this.#stop) {
      const longest = Math.min(each.length - 1, this.#held.length);
      for (let length = longest; length > most; length--) {
        if (this.#held.endsWith(each.slice(0, length))) most = length;
      }
    }
    return most;
  }
}
