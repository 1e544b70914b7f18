/** Splits a drawing's tokens into items: a semantic token and the words of the text behind it. */
import type { BaseTokenizer } from "../base/index.ts";
import { DecodeError } from "../core/svg-tokenizer.ts";
import type { SemanticName } from "./tokens.ts";

export interface Item {
  readonly name: SemanticName;
  readonly words: readonly string[];
  /** Index of its token among the ids. */
  readonly position: number;
}

/** @throws DecodeError for a token that stands for neither text nor a semantic token. */
export function splitItems(
  ids: ArrayLike<number>,
  base: BaseTokenizer,
  nameOf: (id: number) => SemanticName | undefined,
): Item[] {
  const items: Item[] = [];
  let name: SemanticName | undefined;
  let position = 0;
  let text: number[] = [];
  const finish = () => {
    const words = base
      .decode(text)
      .split(/\s+/)
      .filter((word) => word !== "");
    if (name !== undefined) items.push({ name, words, position });
    else if (words.length > 0) throw new DecodeError("text stands before the drawing", 0);
    text = [];
  };
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const next = nameOf(id);
    if (next !== undefined) {
      finish();
      name = next;
      position = i;
    } else if (!Number.isInteger(id) || id < 0 || id >= base.size) {
      throw new DecodeError(`there is no token ${id}`, i);
    } else if (base.isAdded(id)) {
      throw new DecodeError(`${base.token(id)} has no place in a drawing`, i);
    } else text.push(id);
  }
  finish();
  return items;
}

/** The same from the symbols of a grammar: bytes, and semantic tokens as `nameOf` tells them. */
export function itemsOfSymbols(
  symbols: readonly number[],
  nameOf: (symbol: number) => SemanticName | undefined,
): Item[] {
  const items: { name: SemanticName; words: string[]; position: number }[] = [];
  let text = "";
  const finish = () => {
    for (const word of text.split(/\s+/).filter((word) => word !== ""))
      items.at(-1)?.words.push(word);
    text = "";
  };
  symbols.forEach((symbol, position) => {
    const name = nameOf(symbol);
    if (name === undefined) {
      text += String.fromCharCode(symbol);
      return;
    }
    finish();
    items.push({ name, words: [], position });
  });
  finish();
  return items;
}
