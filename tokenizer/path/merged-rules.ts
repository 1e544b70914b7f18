/**
 * The grammar over merged tokens: a run may follow where its tokens may follow one another. An ending
 * is counted without merges, which could make it shorter, so that none is promised wrongly.
 */
import type { TokenGrammarRules } from "../grammar/index.ts";
import { type Beginning, Beginnings, type FoundIds } from "./beginnings.ts";
import type { PathPlace } from "./endings.ts";
import type { Grammar } from "./grammar.ts";
import type { PathMerges } from "./merges.ts";
import { PathMoves } from "./moves.ts";
import { NextRuns } from "./next-runs.ts";

interface MergedPlace extends FoundIds {
  readonly place: PathPlace;
  /** Null once something shows. */
  readonly beginning: Beginning | null;
}

export class MergedPathRules implements TokenGrammarRules<MergedPlace> {
  readonly size: number;
  readonly #moves: PathMoves;
  readonly #merges: PathMerges;
  readonly #next: NextRuns;
  readonly #beginnings = new Beginnings();

  constructor(grammar: Grammar, merges: PathMerges, allowEmpty: boolean) {
    this.size = merges.firstId + merges.runs.length;
    this.#moves = new PathMoves(grammar, allowEmpty);
    this.#merges = merges;
    this.#next = new NextRuns(grammar, this.#moves, merges.runs);
  }

  start(budget: number): MergedPlace {
    return this.#found(this.#moves.start(), budget, this.#beginnings.of(budget));
  }

  clone({ place, ...found }: MergedPlace): MergedPlace {
    return { place: this.#moves.clone(place), ...found };
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
    const { place, beginning } = merged;
    for (const token of runs[id - firstId] ?? [id]) this.#moves.take(place, token);
    const isBeginning = beginning !== null && !place.reader.canvas.visible;
    return this.#found(
      place,
      budget - 1,
      isBeginning ? this.#beginnings.after(beginning, id) : null,
    );
  }

  #found(place: PathPlace, budget: number, beginning: Beginning | null): MergedPlace {
    const { ids, runs } = beginning?.found ?? this.#look(place, budget);
    if (beginning !== null) beginning.found ??= { ids, runs };
    return { place, ids, runs, beginning };
  }

  #look(place: PathPlace, budget: number): FoundIds {
    return { ids: this.#moves.ids(place, budget), runs: this.#next.at(place, budget) };
  }
}
