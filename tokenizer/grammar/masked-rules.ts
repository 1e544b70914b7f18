/**
 * Rules of a grammar that is walked token by token, and tells in each place the set of ids that may
 * follow. The set is found as a place is reached, so that asking changes nothing.
 */
import type { AllowedIds } from "./allowed-ids.ts";
import type { TokenGrammarRules } from "./grammar-automaton.ts";

/** How places follow on one another. Only `take` changes one. */
export interface Moves<Place> {
  /** Highest id + 1. */
  readonly size: number;
  start(): Place;
  clone(place: Place): Place;
  isEnd(place: Place): boolean;
  /** Tokens of the shortest ending that is known. */
  ending(place: Place): number;
  /** What may follow, and leaves an ending within so many tokens. */
  ids(place: Place, budget: number): AllowedIds;
  /** Moves a place past one of its ids. */
  take(place: Place, id: number): void;
}

interface MaskedPlace<Place> {
  readonly place: Place;
  readonly ids: AllowedIds;
}

export class MaskedRules<Place> implements TokenGrammarRules<MaskedPlace<Place>> {
  readonly size: number;
  readonly #moves: Moves<Place>;

  constructor(moves: Moves<Place>) {
    this.size = moves.size;
    this.#moves = moves;
  }

  start(budget: number): MaskedPlace<Place> {
    const place = this.#moves.start();
    return { place, ids: this.#moves.ids(place, budget) };
  }

  clone({ place, ids }: MaskedPlace<Place>): MaskedPlace<Place> {
    return { place: this.#moves.clone(place), ids };
  }

  isEnd({ place }: MaskedPlace<Place>): boolean {
    return this.#moves.isEnd(place);
  }

  ending({ place }: MaskedPlace<Place>): number {
    return this.#moves.ending(place);
  }

  mask({ ids }: MaskedPlace<Place>, _: number, logits: Float32Array): void {
    ids.mask(logits);
  }

  allows({ ids }: MaskedPlace<Place>, _: number, id: number): boolean {
    return ids.has(id);
  }

  after(
    { place, ids }: MaskedPlace<Place>,
    budget: number,
    id: number,
  ): MaskedPlace<Place> | undefined {
    if (!ids.has(id)) return undefined;
    this.#moves.take(place, id);
    return { place, ids: this.#moves.ids(place, budget - 1) };
  }
}
