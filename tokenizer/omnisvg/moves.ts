/** The grammar of OmniSVG's tokens, for the automaton. */
import type { AllowedIds, Moves } from "../grammar/index.ts";
import type { OmniSvgNumbers } from "./numbering.ts";
import { OmniSvgPlace } from "./place.ts";

export class OmniSvgMoves implements Moves<OmniSvgPlace> {
  readonly size: number;
  readonly #numbers: OmniSvgNumbers;

  constructor(numbers: OmniSvgNumbers) {
    this.#numbers = numbers;
    this.size = numbers.size;
  }

  start(): OmniSvgPlace {
    return new OmniSvgPlace(this.#numbers);
  }

  clone(place: OmniSvgPlace): OmniSvgPlace {
    return place.clone();
  }

  isEnd(place: OmniSvgPlace): boolean {
    return place.done;
  }

  ending(place: OmniSvgPlace): number {
    return place.ending;
  }

  ids(place: OmniSvgPlace, budget: number): AllowedIds {
    return place.ids(budget);
  }

  take(place: OmniSvgPlace, id: number): void {
    place.take(id);
  }
}
