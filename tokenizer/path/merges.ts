/**
 * A second level of byte-pair encoding, over the drawing's tokens: runs that are frequent become
 * tokens of their own, numbered behind the others. A drawing is still written in one way.
 */
import { PathloomError } from "../../errors/index.ts";
import { mergePair } from "../bpe/index.ts";
import type { PathLayout } from "./layout.ts";

/** Two ids that become one; each a token of the drawing or an earlier merge. */
export type PathMerge = readonly [left: number, right: number];

export class PathMergeError extends PathloomError {
  override readonly name: string = "PathMergeError";
  override readonly code: string = "ERR_PATH_MERGE";
  /** Which merge is wrong. */
  readonly index: number;

  constructor(index: number, message: string) {
    super(`merge ${index}: ${message}`);
    this.index = index;
  }
}

export class PathMerges {
  readonly pairs: readonly PathMerge[];
  /** Id of the first merge. */
  readonly firstId: number;
  /** The unmerged tokens of each merge. */
  readonly runs: readonly (readonly number[])[];
  readonly #ranks: ReadonlyMap<number, number>;
  readonly #radix: number;

  /** @throws PathMergeError for an id that is none of the drawing's, or none yet. */
  constructor(layout: PathLayout, pairs: readonly PathMerge[]) {
    this.pairs = pairs;
    this.firstId = layout.size;
    this.#radix = layout.size + pairs.length;
    const runs: number[][] = [];
    const ranks = new Map<number, number>();
    const runOf = (id: number, index: number): readonly number[] => {
      const inRange = Number.isInteger(id) && id >= 0 && id < layout.size + index;
      if (!inRange || !mayMerge(layout, id)) {
        throw new PathMergeError(index, `${id} is no token that may be merged`);
      }
      return id < layout.size ? [id] : runs[id - layout.size]!;
    };
    for (const [index, [left, right]] of pairs.entries()) {
      runs.push([...runOf(left, index), ...runOf(right, index)]);
      const key = left * this.#radix + right;
      if (ranks.has(key)) throw new PathMergeError(index, "the same pair was merged before");
      ranks.set(key, index);
    }
    this.runs = runs;
    this.#ranks = ranks;
  }

  /** Merges in place, the earliest learned first. */
  apply(ids: number[]): void {
    if (this.pairs.length === 0) return;
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < ids.length; i++) {
        const rank = this.#ranks.get(ids[i]! * this.#radix + ids[i + 1]!);
        if (rank !== undefined && rank < best) best = rank;
      }
      if (best === Number.POSITIVE_INFINITY) return;
      const [left, right] = this.pairs[best]!;
      mergePair(ids, left, right, this.firstId + best);
    }
  }

  /** The unmerged ids, and for each the index of the id that it came from. */
  expand(ids: ArrayLike<number>): { readonly ids: number[]; readonly origins: number[] } {
    const expanded: number[] = [];
    const origins: number[] = [];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      for (const token of this.runs[id - this.firstId] ?? [id]) {
        expanded.push(token);
        origins.push(i);
      }
    }
    return { ids: expanded, origins };
  }

  get names(): string[] {
    return this.pairs.map((_, index) => `<|run:${index}|>`);
  }
}

/** Captions' tokens and the special ones stay as they are. */
export function mayMerge({ special, textSize }: PathLayout, id: number): boolean {
  const { pad, bos, eos, drawing } = special;
  return id >= textSize && id !== pad && id !== bos && id !== eos && id !== drawing;
}
