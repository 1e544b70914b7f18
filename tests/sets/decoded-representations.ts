/** The representations whose automata are tried on sets of real drawings. */
import {
  baseTokenizerFromJSON,
  createOmniSvgRepresentation,
  createPathRepresentation,
  createSemanticRepresentation,
  createTextRepresentation,
  type Representation,
} from "../../tokenizer/index.ts";
import { gpt2TokenizerJson } from "./gpt2.ts";

let made: Readonly<Record<string, Representation>> | undefined;

/** By name; made once, as GPT-2's vocabulary is large. */
export function decodedRepresentations(): Readonly<Record<string, Representation>> {
  made ??= create();
  return made;
}

function create() {
  const base = baseTokenizerFromJSON(gpt2TokenizerJson());
  return {
    "path, separate coordinates": createPathRepresentation(),
    "path, relative": createPathRepresentation({ options: { positions: "relative" } }),
    "path, merged points": createPathRepresentation({ options: { coordinates: "merged" } }),
    "path, OmniSVG's way": createOmniSvgRepresentation(),
    semantic: createSemanticRepresentation({ base }),
    text: createTextRepresentation({ base }),
  };
}
