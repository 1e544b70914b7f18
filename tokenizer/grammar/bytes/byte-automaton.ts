/**
 * The automaton of a grammar over bytes: a place in it, and the tokens that are left. The grammar
 * tells what may be written; whether anything of it can be seen is asked of the drawing itself,
 * element by element, until something is.
 */
import type { Automaton, AutomatonState } from "../../core/automaton.ts";
import type { TokenGrammar } from "./token-grammar.ts";

/** Whether the drawing shows that these symbols, opening and end included, stand for. */
export type Shows = (symbols: readonly number[]) => boolean;

export class ByteAutomaton implements Automaton {
  readonly vocabularySize: number;
  readonly #grammar: TokenGrammar;
  readonly #shows: Shows;

  constructor(grammar: TokenGrammar, shows: Shows) {
    this.vocabularySize = grammar.size;
    this.#grammar = grammar;
    this.#shows = shows;
  }

  start(budget: number): AutomatonState {
    const shortest = this.#grammar.ending(this.#grammar.start);
    if (!(budget >= shortest)) {
      throw new RangeError(`a drawing takes ${shortest} tokens at least, not ${budget}`);
    }
    const { start } = this.#grammar;
    return new ByteAutomatonState(this.#grammar, this.#shows, start, budget, undefined);
  }
}

/** The tokens of a drawing, from the last one back. */
interface History {
  readonly id: number;
  readonly before: History | undefined;
}

class ByteAutomatonState implements AutomatonState {
  readonly #grammar: TokenGrammar;
  readonly #shows: Shows;
  #place: number;
  #budget: number;
  /** Kept while nothing is known to show. */
  #history: History | undefined;
  /** What was found out about the drawing here, by the symbols before the border. */
  readonly #found = new Map<string, boolean>();
  /** The logits that stay, while the others are overwritten. */
  #kept = new Float32Array(0);

  constructor(
    grammar: TokenGrammar,
    shows: Shows,
    place: number,
    budget: number,
    history: History | undefined,
  ) {
    this.#grammar = grammar;
    this.#shows = shows;
    this.#place = place;
    this.#budget = budget;
    this.#history = history;
  }

  get done(): boolean {
    return this.#grammar.isEnd(this.#place);
  }

  get budget(): number {
    return this.#budget;
  }

  get shortestEnding(): number {
    return this.#grammar.ending(this.#place);
  }

  mask(logits: Float32Array): void {
    const { ids, needs, mostNeeded } = this.#grammar.choices(this.#place);
    const conditional = this.#conditionalIds();
    const count = ids.length + conditional.length;
    if (this.#kept.length < count) this.#kept = new Float32Array(count);
    const kept = this.#kept;
    for (let i = 0; i < ids.length; i++) kept[i] = logits[ids[i]!]!;
    conditional.forEach((id, i) => {
      kept[ids.length + i] = logits[id]!;
    });
    logits.fill(Number.NEGATIVE_INFINITY);
    if (mostNeeded <= this.#budget) {
      for (let i = 0; i < ids.length; i++) logits[ids[i]!] = kept[i]!;
    } else {
      for (let i = 0; i < ids.length; i++) {
        if (needs[i]! <= this.#budget) logits[ids[i]!] = kept[i]!;
      }
    }
    conditional.forEach((id, i) => {
      logits[id] = kept[ids.length + i]!;
    });
  }

  /** Tokens that may follow only because the drawing shows as far as it goes. */
  #conditionalIds(): number[] {
    const { ifShown } = this.#grammar.choices(this.#place);
    return ifShown
      .filter(
        ({ id, border, needs, otherwise }) =>
          otherwise > this.#budget && needs <= this.#budget && this.#showsBefore(id, border),
      )
      .map(({ id }) => id);
  }

  allows(id: number): boolean {
    return this.#after(id) >= 0;
  }

  accept(id: number): void {
    const next = this.#after(id);
    if (next < 0) throw new RangeError(`token ${id} may not follow here`);
    this.#history = this.#grammar.shown(next) ? undefined : { id, before: this.#history };
    this.#place = next;
    this.#budget--;
    this.#found.clear();
  }

  clone(): AutomatonState {
    return new ByteAutomatonState(
      this.#grammar,
      this.#shows,
      this.#place,
      this.#budget,
      this.#history,
    );
  }

  /** The place after a token; -1 when it may not follow, or no ending would fit. */
  #after(id: number): number {
    const { place, border, ifShown } = this.#grammar.follow(this.#place, id);
    const fits = (next: number) => next >= 0 && this.#grammar.ending(next) < this.#budget;
    if (fits(ifShown) && this.#showsBefore(id, border)) return ifShown;
    return fits(place) ? place : -1;
  }

  /** Whether the drawing shows up to a border within the token. */
  #showsBefore(id: number, border: number): boolean {
    const key = border === 0 ? "" : `${id}`;
    let shows = this.#found.get(key);
    if (shows === undefined) {
      const ids = [id];
      for (let at = this.#history; at !== undefined; at = at.before) ids.push(at.id);
      shows = this.#shows(this.#grammar.finished(ids.reverse(), border));
      this.#found.set(key, shows);
    }
    return shows;
  }
}
