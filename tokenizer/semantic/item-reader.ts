/** A cursor over items, and one over the words of an item. */
import { DecodeError } from "../core/svg-tokenizer.ts";
import type { Item } from "./items.ts";
import { parseDecimal } from "./numbers.ts";
import { type SemanticName, semanticToken } from "./tokens.ts";

export class ItemReader {
  readonly #items: readonly Item[];
  readonly #precision: number;
  readonly #end: number;
  #at = 0;

  /** @param end number of ids, where a drawing that breaks off fails. */
  constructor(items: readonly Item[], precision: number, end: number) {
    this.#items = items;
    this.#precision = precision;
    this.#end = end;
  }

  get name(): SemanticName | undefined {
    return this.#items[this.#at]?.name;
  }

  /** Of the item that comes next. */
  get position(): number {
    return this.#items[this.#at]?.position ?? this.#end;
  }

  at(name: SemanticName): boolean {
    return this.name === name;
  }

  /** The next item's words, and on to the one after it. */
  words(name: SemanticName): WordReader {
    const item = this.#items[this.#at];
    if (item?.name !== name) this.fail(`${semanticToken(name)} must stand here`);
    this.#at++;
    return new WordReader(item.words, this.#precision, item.position);
  }

  expectEmpty(name: SemanticName): void {
    this.words(name).end();
  }

  expectEnd(): void {
    if (this.name !== undefined) this.fail("the drawing has ended before this token");
  }

  number(name: SemanticName): number {
    const words = this.words(name);
    const value = words.number();
    words.end();
    return value;
  }

  numbers(name: SemanticName): number[] {
    return this.words(name).numbers();
  }

  share(name: SemanticName): number {
    const words = this.words(name);
    const value = words.share();
    words.end();
    return value;
  }

  quarter(name: SemanticName): number {
    const words = this.words(name);
    const value = words.quarter();
    words.end();
    return value;
  }

  choice<T extends string>(name: SemanticName, choices: readonly T[]): T {
    const words = this.words(name);
    const value = words.choice(choices);
    words.end();
    return value;
  }

  fail(message: string): never {
    throw new DecodeError(message, this.position);
  }
}

export class WordReader {
  readonly #words: readonly string[];
  readonly #precision: number;
  readonly #position: number;
  #at = 0;

  constructor(words: readonly string[], precision: number, position: number) {
    this.#words = words;
    this.#precision = precision;
    this.#position = position;
  }

  get left(): number {
    return this.#words.length - this.#at;
  }

  take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at++;
    return true;
  }

  text(what: string): string {
    const word = this.#words[this.#at];
    if (word === undefined) this.fail(`${what} must follow this token`);
    this.#at++;
    return word;
  }

  choice<T extends string>(choices: readonly T[]): T {
    const word = this.text(`one of ${choices.join(", ")}`);
    const found = choices.find((choice) => choice === word);
    return found ?? this.fail(`"${word}" is none of ${choices.join(", ")}`);
  }

  /** A coordinate or size in units of the canonical grid. */
  number(): number {
    return this.#decimal(this.#precision);
  }

  numbers(): number[] {
    return Array.from({ length: this.left }, () => this.number());
  }

  /** A length of a stroke, in the same units: a multiple of 1/4. */
  quarter(): number {
    const hundredths = this.#decimal(this.#precision + 2);
    if (hundredths % 25 !== 0) this.fail(`${hundredths / 100} is no multiple of 1/4`);
    return hundredths / 100;
  }

  /** As many as there are. */
  quarters(): number[] {
    const values: number[] = [];
    while (/^[\d-]/.test(this.#words[this.#at] ?? "")) values.push(this.quarter());
    return values;
  }

  /** A share of 1, as percent. */
  share(): number {
    const percent = this.#decimal(2);
    if (percent < 0 || percent > 100) this.fail(`${percent / 100} is not from 0 to 1`);
    return percent;
  }

  integer(): number {
    return this.#decimal(0);
  }

  /** "0" or "1". */
  flag(): boolean {
    return this.choice(["0", "1"]) === "1";
  }

  end(): void {
    if (this.left > 0) this.fail(`"${this.#words[this.#at]}" may not stand behind this token`);
  }

  fail(message: string): never {
    throw new DecodeError(message, this.#position);
  }

  #decimal(decimals: number): number {
    const word = this.text("a number");
    return (
      parseDecimal(word, decimals) ??
      this.fail(`"${word}" is no number of at most ${decimals} decimals`)
    );
  }
}
