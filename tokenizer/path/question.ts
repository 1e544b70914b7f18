/** What the ids that may follow are asked by: a place and a budget. */
import { AllowedIds } from "../grammar/index.ts";
import type { Endings, Outlook, PathPlace } from "./endings.ts";
import type { Production } from "./production.ts";

/**
 * No production and ending behind it take more tokens, but for one a group: before anything shows, and
 * since. Of what has digits, the digits themselves are counted.
 */
const roomyBudget = 160;
const roomyOnceVisible = 48;

/** What is asked: of which place, for how many tokens. */
export class Question {
  readonly place: PathPlace;
  readonly budget: number;
  /** Whether whatever may come leaves an ending: then none is counted. */
  readonly roomy: boolean;
  /** The answer. */
  readonly ids = new AllowedIds();
  #outlook: Outlook | undefined;

  constructor(place: PathPlace, budget: number) {
    this.place = place;
    this.budget = budget;
    this.roomy = isRoomy(place, budget);
  }

  /** Tokens of a production that may stand in the place, and of the shortest ending behind it. */
  needs(endings: Endings, production: Production): number {
    this.#outlook ??= endings.outlook(this.place);
    return endings.production(this.place, production, this.#outlook);
  }

  fits(tokens: number): boolean {
    // What leads nowhere fits into no budget, not even into an endless one.
    return tokens <= this.budget && tokens < Number.POSITIVE_INFINITY;
  }
}

export function isRoomy({ reader }: PathPlace, budget: number): boolean {
  return budget - reader.depth > (reader.canvas.visible ? roomyOnceVisible : roomyBudget);
}
