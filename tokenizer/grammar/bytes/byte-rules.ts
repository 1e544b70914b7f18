/**
 * The rules of a grammar over bytes. The grammar tells what may be written; whether anything of it
 * can be seen is asked of the drawing itself, element by element, until something is.
 */
import type { TokenGrammarRules } from "../grammar-automaton.ts";
import type { TokenGrammar } from "./token-grammar.ts";

/** Whether the drawing shows that these symbols, opening and end included, stand for. */
export type Shows = (symbols: readonly number[]) => boolean;

/** The tokens of a drawing, from the last one back. */
interface History {
  readonly id: number;
  readonly before: History | undefined;
}

interface BytePlace {
  /** Of the grammar. */
  readonly at: number;
  /** Kept while nothing is known to show. */
  readonly history: History | undefined;
  /** What was found out about the drawing here, by the token that its symbols go up to. */
  readonly found: Map<number, boolean>;
}

export class ByteRules implements TokenGrammarRules<BytePlace> {
  readonly size: number;
  readonly #grammar: TokenGrammar;
  readonly #shows: Shows;
  /** The logits that stay, while the others are overwritten. */
  #kept = new Float32Array(0);

  constructor(grammar: TokenGrammar, shows: Shows) {
    this.size = grammar.size;
    this.#grammar = grammar;
    this.#shows = shows;
  }

  start(): BytePlace {
    return { at: this.#grammar.start, history: undefined, found: new Map() };
  }

  /** Places never change. */
  clone(place: BytePlace): BytePlace {
    return place;
  }

  isEnd({ at }: BytePlace): boolean {
    return this.#grammar.isEnd(at);
  }

  ending({ at }: BytePlace): number {
    return this.#grammar.ending(at);
  }

  mask(place: BytePlace, budget: number, logits: Float32Array): void {
    const { ids, needs, mostNeeded } = this.#grammar.choices(place.at);
    const conditional = this.#conditionalIds(place, budget);
    const count = ids.length + conditional.length;
    if (this.#kept.length < count) this.#kept = new Float32Array(count);
    const kept = this.#kept;
    for (let i = 0; i < ids.length; i++) kept[i] = logits[ids[i]!]!;
    conditional.forEach((id, i) => {
      kept[ids.length + i] = logits[id]!;
    });
    logits.fill(Number.NEGATIVE_INFINITY);
    if (mostNeeded <= budget) {
      for (let i = 0; i < ids.length; i++) logits[ids[i]!] = kept[i]!;
    } else {
      for (let i = 0; i < ids.length; i++) {
        if (needs[i]! <= budget) logits[ids[i]!] = kept[i]!;
      }
    }
    conditional.forEach((id, i) => {
      logits[id] = kept[ids.length + i]!;
    });
  }

  /** Tokens that may follow only because the drawing shows as far as it goes. */
  #conditionalIds(place: BytePlace, budget: number): number[] {
    const { ifShown } = this.#grammar.choices(place.at);
    return ifShown
      .filter(
        ({ id, border, needs, otherwise }) =>
          otherwise > budget && needs <= budget && this.#showsBefore(place, id, border),
      )
      .map(({ id }) => id);
  }

  allows(place: BytePlace, budget: number, id: number): boolean {
    return this.#next(place, budget, id) >= 0;
  }

  after(place: BytePlace, budget: number, id: number): BytePlace | undefined {
    const at = this.#next(place, budget, id);
    if (at < 0) return undefined;
    const history = this.#grammar.shown(at) ? undefined : { id, before: place.history };
    return { at, history, found: new Map() };
  }

  /** Where a token leads; -1 when it may not follow, or no ending would fit. */
  #next(place: BytePlace, budget: number, id: number): number {
    const { place: at, border, ifShown } = this.#grammar.follow(place.at, id);
    const fits = (next: number) => next >= 0 && this.#grammar.ending(next) < budget;
    if (fits(ifShown) && this.#showsBefore(place, id, border)) return ifShown;
    return fits(at) ? at : -1;
  }

  /** Whether the drawing shows up to a border within the token. */
  #showsBefore({ history, found }: BytePlace, id: number, border: number): boolean {
    const key = border === 0 ? -1 : id;
    let shows = found.get(key);
    if (shows === undefined) {
      const ids = [id];
      for (let at = history; at !== undefined; at = at.before) ids.push(at.id);
      shows = this.#shows(this.#grammar.finished(ids.reverse(), border));
      found.set(key, shows);
    }
    return shows;
  }
}
