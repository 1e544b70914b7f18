/** The tokenizers whose automata are tried on sets of real drawings. */
import {
  baseTokenizerFromJSON,
  createOmniSvgTokenizer,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  type SvgTokenizer,
} from "../../tokenizer/index.ts";
import { gpt2TokenizerJson } from "./gpt2.ts";

let made: Readonly<Record<string, SvgTokenizer>> | undefined;

/** By name; made once, as GPT-2's vocabulary is large. */
export function decodedTokenizers(): Readonly<Record<string, SvgTokenizer>> {
  made ??= create();
  return made;
}

function create() {
  const base = baseTokenizerFromJSON(gpt2TokenizerJson());
  return {
    "path, separate coordinates": createPathTokenizer(),
    "path, relative": createPathTokenizer({ options: { positions: "relative" } }),
    "path, merged points": createPathTokenizer({ options: { coordinates: "merged" } }),
    "path, OmniSVG's way": createOmniSvgTokenizer(),
    semantic: createSemanticTokenizer({ base }),
    text: createTextTokenizer({ base }),
  };
}
