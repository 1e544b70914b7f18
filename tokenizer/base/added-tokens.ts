/**
 * Added tokens: texts that are found before anything else happens, and are one token each. Where
 * several fit, the leftmost wins, then the longest. Those marked `normalized` are looked for in the
 * normalized text.
 */

import { BaseTokenizerError, type TextRange } from "./base-tokenizer.ts";
import { countAt, flagAt, listAt, objectAt, short, textAt } from "./json.ts";

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no letter or digit stands beside it. */
  readonly single_word: boolean;
  /** The white space before, or after it, belongs to it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

export function readAddedTokens(json: unknown, place: string, largestId: number): AddedToken[] {
  return listAt(json ?? [], place).map((entry, i) => {
    const at = `${place}[${i}]`;
    const node = objectAt(entry, at);
    const content = textAt(node.content, `${at}.content`);
    if (content === "") throw new BaseTokenizerError(`${at}.content`, `is ${short(content)}`);
    const flag = (key: string) => flagAt(node[key], `${at}.${key}`, false);
    return {
      id: countAt(node.id, `${at}.id`, largestId),
      content,
      single_word: flag("single_word"),
      lstrip: flag("lstrip"),
      rstrip: flag("rstrip"),
      normalized: flag("normalized"),
      special: flag("special"),
    };
  });
}

/** A part of a text: one added token, or text between them with its place. */
export type Segment = { readonly id: number } | TextSegment;

export interface TextSegment {
  readonly id: undefined;
  readonly text: string;
  readonly start: number;
}

interface Node {
  readonly children: Map<string, Node>;
  token: AddedToken | undefined;
}

const wordBefore = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u;
const wordAfter = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;
const space = /\p{White_Space}/u;

export class AddedTokenFinder {
  readonly #root: Node = { children: new Map(), token: undefined };

  /** @param contentOf what is looked for: the content, or its normalized form. */
  constructor(tokens: readonly AddedToken[], contentOf: (token: AddedToken) => string) {
    for (const token of tokens) {
      let node = this.#root;
      for (const unit of contentOf(token).split("")) {
        let child = node.children.get(unit);
        if (child === undefined) {
          child = { children: new Map(), token: undefined };
          node.children.set(unit, child);
        }
        node = child;
      }
      if (node !== this.#root) node.token ??= token;
    }
  }

  /** @param data where nothing is found, nor anything that reaches into it. */
  split(text: string, data: TextRange = { start: 0, end: 0 }): Segment[] {
    const segments: Segment[] = [];
    let end = 0;
    for (let at = 0; at < text.length; ) {
      const found = this.#longestAt(text, at);
      if (found === undefined) {
        at++;
        continue;
      }
      const { token, length } = found;
      const after = at + length;
      const before = at;
      at = after;
      if (before < data.end && after > data.start) {
        at = before + 1;
        continue;
      }
      if (token.single_word && !standsAlone(text, before, after)) continue;
      const start = token.lstrip ? Math.max(end, startOfSpace(text, before)) : before;
      if (start > end) segments.push({ id: undefined, text: text.slice(end, start), start: end });
      segments.push({ id: token.id });
      end = token.rstrip ? endOfSpace(text, after) : after;
      at = end;
    }
    if (end < text.length) segments.push({ id: undefined, text: text.slice(end), start: end });
    return segments;
  }

  #longestAt(text: string, at: number): { token: AddedToken; length: number } | undefined {
    let found: { token: AddedToken; length: number } | undefined;
    let node = this.#root.children.get(text.charAt(at));
    for (let length = 1; node !== undefined; length++) {
      if (node.token !== undefined) found = { token: node.token, length };
      if (at + length >= text.length) break;
      node = node.children.get(text.charAt(at + length));
    }
    return found;
  }
}

function standsAlone(text: string, start: number, end: number): boolean {
  return (
    !wordBefore.test(text.slice(Math.max(0, start - 2), start)) &&
    !wordAfter.test(text.slice(end, end + 2))
  );
}

/** Where the white space that ends before `end` begins. */
function startOfSpace(text: string, end: number): number {
  let start = end;
  while (start > 0 && space.test(text.charAt(start - 1))) start--;
  return start;
}

function endOfSpace(text: string, start: number): number {
  let end = start;
  while (end < text.length && space.test(text.charAt(end))) end++;
  return end;
}
