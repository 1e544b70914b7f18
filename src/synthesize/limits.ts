/** How many requests are made, at once and in all. */
import { ItemFault } from "./errors.ts";

/** So many at once; the others wait in line. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** So many in all, each attempt counted. */
export class RequestBudget {
  readonly #most: number | null;
  #spent = 0;

  constructor(most: number | null) {
    this.#most = most;
  }

  get spent(): number {
    return this.#spent;
  }

  /** @throws ItemFault where nothing is left */
  spend(): void {
    if (this.#most !== null && this.#spent >= this.#most) {
      throw new ItemFault("the budget of requests is used up", true);
    }
    this.#spent++;
  }
}
