/**
 * The grammar over merged tokens: a run may follow where its tokens may follow one another. An ending
 * is counted without merges, which could make it shorter, so that none is promised wrongly.
 */
import type { AllowedIds, TokenGrammarRules } from "../grammar/index.ts";
import type { PathPlace } from "./endings.ts";
import type { Grammar } from "./grammar.ts";
import type { PathMerges } from "./merges.ts";
import { PathMoves } from "./moves.ts";
import { NextRuns } from "./next-runs.ts";

interface MergedPlace {
  readonly place: PathPlace;
  readonly ids: AllowedIds;
  /** [runs]: 1 where the run may follow. */
  readonly runs: Uint8Array;
}

export class MergedPathRules implements TokenGrammarRules<MergedPlace> {
  readonly size: number;
  readonly #moves: PathMoves;
  readonly #merges: PathMerges;
  readonly #next: NextRuns;

  constructor(grammar: Grammar, merges: PathMerges, allowEmpty: boolean) {
    this.size = merges.firstId + merges.runs.length;
    this.#moves = new PathMoves(grammar, allowEmpty);
    this.#merges = merges;
    this.#next = new NextRuns(grammar, this.#moves, merges.runs);
  }

  start(budget: number): MergedPlace {
    return this.#found(this.#moves.start(), budget);
  }

  clone({ place, ids, runs }: MergedPlace): MergedPlace {
    return { place: this.#moves.clone(place), ids, runs };
  }

  isEnd({ place }: MergedPlace): boolean {
    return this.#moves.isEnd(place);
  }

  /** Without merges. */
  ending({ place }: MergedPlace): number {
    return this.#moves.ending(place);
  }

  mask({ ids, runs }: MergedPlace, _: number, logits: Float32Array): void {
    const { firstId } = this.#merges;
    ids.mask(logits, firstId);
    for (let run = 0; run < runs.length; run++) {
      if (runs[run] === 0) logits[firstId + run] = Number.NEGATIVE_INFINITY;
    }
    logits.fill(Number.NEGATIVE_INFINITY, this.size);
  }

  allows({ ids, runs }: MergedPlace, _: number, id: number): boolean {
    const { firstId } = this.#merges;
    return id >= firstId ? runs[id - firstId] === 1 : ids.has(id);
  }

  after(merged: MergedPlace, budget: number, id: number): MergedPlace | undefined {
    if (!this.allows(merged, budget, id)) return undefined;
    const { firstId, runs } = this.#merges;
    for (const token of runs[id - firstId] ?? [id]) this.#moves.take(merged.place, token);
    return this.#found(merged.place, budget - 1);
  }

  #found(place: PathPlace, budget: number): MergedPlace {
    return { place, ids: this.#moves.ids(place, budget), runs: this.#next.at(place, budget) };
  }
}
