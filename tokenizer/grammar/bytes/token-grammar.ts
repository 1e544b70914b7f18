/**
 * A grammar over symbols, lifted to the tokens of a vocabulary, as guided decoding does (Willard,
 * Louf 2023, arXiv 2307.09702): a token may follow when all its symbols may, one after the other.
 * What may follow in a place is found once and remembered.
 */
import { PathloomError } from "../../../errors/index.ts";
import { compile } from "./compile.ts";
import type { Expression } from "./expression.ts";
import { Places } from "./places.ts";
import { TokenTrie } from "./trie.ts";

export interface SymbolVocabulary {
  /** Highest id + 1. */
  readonly size: number;
  /** Symbols are 0 to this - 1; the first 256 are bytes. */
  readonly symbols: number;
  /** What the token stands for; none for a token that never stands in a drawing. */
  symbolsOf(id: number): ArrayLike<number>;
}

/** The vocabulary cannot write what the grammar needs. */
export class GrammarError extends PathloomError {
  override readonly name: string = "GrammarError";
  override readonly code: string = "ERR_GRAMMAR";
}

/** Where a token leads. */
export interface Outcome {
  /** As far as is known without a look at the drawing; -1 where the token may not follow so. */
  readonly place: number;
  /** Symbols of the token before the first border, while nothing is known to show; -1 for none. */
  readonly border: number;
  /** Where it leads if what stands before that border shows; -1 where it may not follow even so. */
  readonly ifShown: number;
}

/** The tokens that may follow in a place. */
export interface Choices {
  readonly ids: Int32Array;
  /** Tokens of the shortest drawing's rest that begins so, this token included. */
  readonly needs: Int32Array;
  /** The largest of them: with such a budget, every one fits. */
  readonly mostNeeded: number;
  /** Tokens that need fewer, or may follow only, if what stands before their border shows. */
  readonly ifShown: readonly ConditionalToken[];
}

export interface ConditionalToken {
  readonly id: number;
  readonly border: number;
  /** Tokens of the rest if it shows. */
  readonly needs: number;
  /** Tokens of the rest if it does not; infinite where the token may not follow then. */
  readonly otherwise: number;
}

/** What is remembered is forgotten beyond this many tokens, so that memory stays bounded. */
const mostRemembered = 2 ** 23;

export class TokenGrammar {
  readonly size: number;
  readonly start: number;
  readonly #places: Places;
  readonly #trie: TokenTrie;
  readonly #columns: readonly (Int16Array | undefined)[];
  readonly #choices = new Map<number, Choices>();
  #remembered = 0;
  /** Tokens of the ending from a place, where it is known. */
  readonly #endings = new Map<number, number>();

  /** @throws GrammarError when a symbol of the grammar is no token of its own. */
  constructor(expression: Expression, vocabulary: SymbolVocabulary) {
    const machine = compile(expression, vocabulary.symbols);
    this.#places = new Places(machine);
    this.size = vocabulary.size;
    this.start = this.#places.start;
    this.#columns = columnsOfTokens(vocabulary, machine.columnOf);
    this.#trie = new TokenTrie(this.#columns);
    machine.columnOf.forEach((column, symbol) => {
      const node = column < 0 ? 0 : this.#trie.childOf(0, column);
      if (column >= 0 && (node < 0 || this.#trie.tokens[node]!.length === 0)) {
        const name = symbol < 256 ? `byte ${JSON.stringify(String.fromCharCode(symbol))}` : symbol;
        throw new GrammarError(`no token of the vocabulary is the ${name} alone, which SVG needs`);
      }
    });
  }

  isEnd(place: number): boolean {
    return this.#places.isEnd(place);
  }

  /** Whether something is known to show. */
  shown(place: number): boolean {
    return this.#places.shown(place);
  }

  follow(place: number, id: number): Outcome {
    const columns = this.#columns[id];
    if (columns === undefined) return { place: -1, border: -1, ifShown: -1 };
    const places = this.#places;
    let border = -1;
    let at = place;
    let ifShown = -1;
    for (let i = 0; i < columns.length && (at >= 0 || ifShown >= 0); i++) {
      const column = columns[i]!;
      if (border < 0 && at >= 0 && !places.shown(at) && places.crossesBorder(at, column)) {
        border = i;
        ifShown = places.withShown(at);
      }
      if (at >= 0) at = places.step(at, column);
      if (ifShown >= 0) ifShown = places.step(ifShown, column);
    }
    const endable = (to: number) => (to >= 0 && places.endable(to) ? to : -1);
    return { place: endable(at), border, ifShown: endable(ifShown) };
  }

  /** The symbols of the tokens, of the last one only so many, and of the ending from there. */
  finished(ids: readonly number[], border: number): number[] {
    const { symbolOf } = this.#places.machine;
    const symbols: number[] = [];
    let at = this.start;
    ids.forEach((id, i) => {
      const columns = this.#columns[id]!;
      const end = i + 1 < ids.length ? columns.length : border;
      for (const column of columns.subarray(0, end)) {
        at = this.#places.step(at, column);
        symbols.push(symbolOf[column]!);
      }
    });
    at = this.#places.withShown(at);
    while (!this.#places.isEnd(at)) {
      const { place, column } = this.#places.towardsEnd(at);
      symbols.push(symbolOf[column]!);
      at = place;
    }
    return symbols;
  }

  /**
   * Tokens of the ending that the grammar knows, when it is cut into as few as can be. After a token
   * that this ending begins with, it is one less.
   */
  ending(place: number): number {
    const known = this.#endings.get(place);
    if (known !== undefined) return known;
    const open: number[] = [];
    let at = place;
    while (!this.#endings.has(at) && !this.#places.isEnd(at)) {
      open.push(at);
      at = this.#places.towardsEnd(at).place;
    }
    if (this.#places.isEnd(at)) this.#endings.set(at, 0);
    for (let i = open.length - 1; i >= 0; i--) {
      this.#endings.set(open[i]!, this.#fewest(open[i]!));
    }
    return this.#endings.get(place)!;
  }

  /** The endings of all places further on must be known. */
  #fewest(place: number): number {
    let fewest = Number.POSITIVE_INFINITY;
    let node = 0;
    for (let at = place; !this.#places.isEnd(at); ) {
      const step = this.#places.towardsEnd(at);
      node = this.#trie.childOf(node, step.column);
      if (node < 0) break;
      at = step.place;
      if (this.#trie.tokens[node]!.length > 0) {
        fewest = Math.min(fewest, 1 + this.#endings.get(at)!);
      }
    }
    return fewest;
  }

  choices(place: number): Choices {
    let choices = this.#choices.get(place);
    if (choices === undefined) {
      choices = this.#collect(place);
      this.#remembered += choices.ids.length + choices.ifShown.length;
      if (this.#remembered > mostRemembered) {
        this.#choices.clear();
        this.#endings.clear();
        this.#remembered = choices.ids.length + choices.ifShown.length;
      }
      this.#choices.set(place, choices);
    }
    return choices;
  }

  #collect(place: number): Choices {
    const places = this.#places;
    const { first, column, child, tokens } = this.#trie;
    const ids: number[] = [];
    const needs: number[] = [];
    const ifShown: ConditionalToken[] = [];
    const step = (at: number, by: number) => {
      const next = at < 0 ? -1 : places.step(at, by);
      return next >= 0 && places.endable(next) ? next : -1;
    };
    const needed = (at: number) => (at < 0 ? Number.POSITIVE_INFINITY : 1 + this.ending(at));
    /** @param assumed the place if what stands before the border shows; -1 before any. */
    const visit = (node: number, at: number, assumed: number, depth: number, border: number) => {
      for (let i = first[node]!; i < first[node + 1]!; i++) {
        const by = column[i]!;
        let from = assumed;
        let crossed = border;
        if (crossed < 0 && !places.shown(at) && places.crossesBorder(at, by)) {
          from = places.withShown(at);
          crossed = depth;
        }
        const next = step(at, by);
        const nextIfShown = step(from, by);
        if (next < 0 && nextIfShown < 0) continue;
        for (const id of tokens[child[i]!]!) {
          const otherwise = needed(next);
          const shown = needed(nextIfShown);
          if (next >= 0) {
            ids.push(id);
            needs.push(otherwise);
          }
          if (shown < otherwise) ifShown.push({ id, border: crossed, needs: shown, otherwise });
        }
        visit(child[i]!, next, nextIfShown, depth + 1, crossed);
      }
    };
    visit(0, place, -1, 0, -1);
    const mostNeeded = needs.reduce((most, need) => Math.max(most, need), 0);
    return { ids: Int32Array.from(ids), needs: Int32Array.from(needs), mostNeeded, ifShown };
  }
}

function columnsOfTokens(vocabulary: SymbolVocabulary, columnOf: Int16Array) {
  return Array.from({ length: vocabulary.size }, (_, id): Int16Array | undefined => {
    const symbols = vocabulary.symbolsOf(id);
    if (symbols.length === 0) return undefined;
    const columns = new Int16Array(symbols.length);
    for (let i = 0; i < symbols.length; i++) {
      const column = columnOf[symbols[i]!]!;
      if (column < 0) return undefined;
      columns[i] = column;
    }
    return columns;
  });
}
