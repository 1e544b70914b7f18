/**
 * What may follow the beginnings of drawings. Before anything shows it depends on much, and takes long to
 * find; but drawings begin alike, so that it is kept by budget and tokens.
 */
import type { AllowedIds } from "../grammar/index.ts";

/** Never changed: many places may share it. */
export interface FoundIds {
  readonly ids: AllowedIds;
  /** [runs]: 1 where the run may follow. */
  readonly runs: Uint8Array;
}

/** The tokens of a drawing so far, under a budget. */
export interface Beginning {
  readonly next: Map<number, Beginning>;
  /** What may follow, once it was looked for. */
  found?: FoundIds;
}

/** Of them all; each holds a byte for every run. */
const mostBeginnings = 4096;

export class Beginnings {
  readonly #most: number;
  /** By budget. */
  readonly #roots = new Map<number, Beginning>();
  #count = 0;

  constructor(most = mostBeginnings) {
    this.#most = most;
  }

  /** How many are kept. */
  get count(): number {
    return this.#count;
  }

  /** That of no tokens. */
  of(budget: number): Beginning {
    return this.#roots.get(budget) ?? this.#keep(this.#roots, budget);
  }

  /** That of one token more. */
  after({ next }: Beginning, id: number): Beginning {
    return next.get(id) ?? this.#keep(next, id);
  }

  #keep(among: Map<number, Beginning>, key: number): Beginning {
    const made: Beginning = { next: new Map() };
    if (this.#count >= this.#most) {
      // All are forgotten; drawings on their way keep their own beginning, which nobody finds any more.
      this.#roots.clear();
      this.#count = 0;
    }
    among.set(key, made);
    this.#count++;
    return made;
  }
}
