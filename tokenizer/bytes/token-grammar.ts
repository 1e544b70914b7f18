/**
 * A grammar over symbols, lifted to the tokens of a vocabulary, as guided decoding does (Willard,
 * Louf 2023, arXiv 2307.09702): a token may follow when all its symbols may, one after the other.
 * What may follow in a place is found once and remembered.
 */
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
export class GrammarError extends Error {
  override readonly name = "GrammarError";
}

/** The tokens that may follow in a place. */
export interface Choices {
  readonly ids: Int32Array;
  /** Tokens of the shortest drawing's rest that begins so, this token included. */
  readonly needs: Int32Array;
  /** The largest of them: with such a budget, every one fits. */
  readonly mostNeeded: number;
}

export class TokenGrammar {
  readonly size: number;
  readonly start: number;
  readonly #places: Places;
  readonly #trie: TokenTrie;
  readonly #columns: readonly (Int16Array | undefined)[];
  readonly #choices = new Map<number, Choices>();
  /** Tokens of the ending from a place, where it is known. */
  readonly #endings = new Map<number, number>();

  /** @throws GrammarError when a symbol of the grammar is no token of its own. */
  constructor(expression: Expression, vocabulary: SymbolVocabulary) {
    const machine = compile(expression, vocabulary.symbols);
    this.#places = new Places(machine);
    this.size = vocabulary.size;
    this.start = this.#places.start;
    this.#columns = columnsOfTokens(vocabulary, machine.columnOf);
    this.#trie = new TokenTrie(
      this.#columns.flatMap((columns, id) =>
        columns === undefined ? [] : [[id, [...columns]] as const],
      ),
    );
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

  /** The place after a token; -1 where it may not follow. */
  walk(place: number, id: number): number {
    const columns = this.#columns[id];
    if (columns === undefined) return -1;
    let at = place;
    for (let i = 0; i < columns.length && at >= 0; i++) at = this.#places.step(at, columns[i]!);
    return at >= 0 && this.#places.endable(at) ? at : -1;
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
      this.#choices.set(place, choices);
    }
    return choices;
  }

  #collect(place: number): Choices {
    const { first, column, child, tokens } = this.#trie;
    const ids: number[] = [];
    const needs: number[] = [];
    const visit = (node: number, at: number) => {
      for (let i = first[node]!; i < first[node + 1]!; i++) {
        const next = this.#places.step(at, column[i]!);
        if (next < 0 || !this.#places.endable(next)) continue;
        for (const id of tokens[child[i]!]!) {
          ids.push(id);
          needs.push(1 + this.ending(next));
        }
        visit(child[i]!, next);
      }
    };
    visit(0, place);
    const mostNeeded = needs.reduce((most, need) => Math.max(most, need), 0);
    return { ids: Int32Array.from(ids), needs: Int32Array.from(needs), mostNeeded };
  }
}

function columnsOfTokens(vocabulary: SymbolVocabulary, columnOf: Int16Array) {
  return Array.from({ length: vocabulary.size }, (_, id): Int16Array | undefined => {
    const symbols = vocabulary.symbolsOf(id);
    if (symbols.length === 0) return undefined;
    const columns = Int16Array.from(symbols, (symbol) => columnOf[symbol]!);
    return columns.includes(-1) ? undefined : columns;
  });
}
