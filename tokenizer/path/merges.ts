/**
 * A second level of byte-pair encoding, over the drawing's tokens: runs that are frequent become
 * tokens of their own, numbered behind the others. A drawing is still written in one way.
 */
import { PathloomError } from "../../errors/index.ts";
import { mergeRun, standsAt } from "../bpe/index.ts";
import type { PathLayout } from "./layout.ts";

/** Ids that become one, two or more; each a token of the drawing or an earlier merge. */
export type PathMerge = readonly number[];

/** A file that says more could make a few bytes of it endless. */
const mostMerges = 65_536;
const longestRun = 4096;
const mostRunTokens = 4_194_304;

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
  readonly merges: readonly PathMerge[];
  /** Id of the first merge. */
  readonly firstId: number;
  /** The unmerged tokens of each merge. */
  readonly runs: readonly (readonly number[])[];
  /** The merges that begin with a pair of ids, earliest first, by `#key`. */
  readonly #byPair: ReadonlyMap<number, readonly number[]>;
  readonly #radix: number;

  /** @throws PathMergeError for an id that is none of the drawing's, or none yet. */
  constructor(layout: PathLayout, merges: readonly PathMerge[]) {
    this.merges = merges;
    this.firstId = layout.size;
    this.#radix = layout.size + merges.length;
    if (merges.length > mostMerges) {
      throw new PathMergeError(mostMerges, `there are ${mostMerges} merges at most`);
    }
    const runs: number[][] = [];
    const byPair = new Map<number, number[]>();
    const seen = new Set<string>();
    let total = 0;
    const lengthOf = (id: number, index: number): number => {
      const inRange = Number.isInteger(id) && id >= 0 && id < layout.size + index;
      if (!inRange || !mayMerge(layout, id)) {
        throw new PathMergeError(index, `${id} is no token that may be merged`);
      }
      return id < layout.size ? 1 : runs[id - layout.size]!.length;
    };
    for (const [index, merge] of merges.entries()) {
      if (merge.length < 2) throw new PathMergeError(index, "a merge is of two ids or more");
      let length = 0;
      for (const id of merge) {
        length += lengthOf(id, index);
        if (length > longestRun) {
          throw new PathMergeError(index, `a run has ${longestRun} tokens at most`);
        }
      }
      total += length;
      if (total > mostRunTokens) {
        throw new PathMergeError(index, `all runs together have ${mostRunTokens} tokens at most`);
      }
      const written = merge.join();
      if (seen.has(written)) throw new PathMergeError(index, "the same ids were merged before");
      seen.add(written);
      runs.push(merge.flatMap((id) => (id < layout.size ? [id] : runs[id - layout.size]!)));
      const key = this.#key(merge, 0);
      const siblings = byPair.get(key);
      if (siblings === undefined) byPair.set(key, [index]);
      else siblings.push(index);
    }
    this.runs = runs;
    this.#byPair = byPair;
  }

  /** Merges in place, the earliest learned first. */
  apply(ids: number[]): void {
    if (this.merges.length === 0) return;
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < ids.length; i++) {
        const candidates = this.#byPair.get(this.#key(ids, i));
        const rank = candidates?.find((index) => standsAt(ids, i, this.merges[index]!));
        if (rank !== undefined && rank < best) best = rank;
      }
      if (best === Number.POSITIVE_INFINITY) return;
      mergeRun(ids, this.merges[best]!, this.firstId + best);
    }
  }

  #key(ids: readonly number[], at: number): number {
    return ids[at]! * this.#radix + ids[at + 1]!;
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
    return this.merges.map((_, index) => `<|run:${index}|>`);
  }
}

/** Captions' tokens and the special ones stay as they are. */
export function mayMerge({ special, textSize }: PathLayout, id: number): boolean {
  const { pad, bos, eos, drawing } = special;
  return id >= textSize && id !== pad && id !== bos && id !== eos && id !== drawing;
}
