/** Which tokens are numbers, for a temperature of their own. */
import type { Vocabulary } from "../../tokenizer/index.ts";

/** A coordinate, a step or a length of `path` and `omnisvg`, or digits of a base vocabulary. */
const number = /^(?:d?[xy]|r)?-?\d+(?:,-?\d+)?$|^[Ġ▁ ]?-?\.?\d+(?:\.\d*)?$/;

/** By token id: 1 where the token says a number and nothing else; a run of tokens where all do. */
export function numberTokens(vocabulary: Vocabulary): Uint8Array {
  return Uint8Array.from({ length: vocabulary.size }, (_, id) => {
    const parts = vocabulary.token(id).replace(/^<\|/, "").replace(/\|>$/, "").split("|><|");
    return Number(parts.every((part) => number.test(part)));
  });
}
