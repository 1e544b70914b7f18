/** The tokenizers that random drawings are made under: each made when it is called for. */

import {
  type BaseTokenizer,
  baseTokenizerFromJSON,
  createOmniSvgTokenizer,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  llm4svgOptions,
  type SvgTokenizer,
} from "../../tokenizer/index.ts";
import { gpt2TokenizerJson } from "../sets/gpt2.ts";
import { layouts } from "./base/layouts.ts";
import { configurations } from "./path/configurations.ts";

/** GPT-2's published vocabulary. */
const gpt2 = once(() => baseTokenizerFromJSON(gpt2TokenizerJson()));
/** A small one in Llama 2's layout. */
const llama2 = once(() => baseTokenizerFromJSON(layouts["Llama 2"]()));

export const sampledTokenizers: Readonly<Record<string, () => SvgTokenizer>> = {
  ...Object.fromEntries(
    Object.entries(configurations).map(([name, options]) => [
      `path: ${name}`,
      () => createPathTokenizer({ options }),
    ]),
  ),
  "path: OmniSVG's numbering": () => createOmniSvgTokenizer(),
  "semantic over GPT-2": () => createSemanticTokenizer({ base: gpt2() }),
  "semantic over Llama 2's, relative, to a tenth": () =>
    createSemanticTokenizer({
      base: llama2(),
      options: { positions: "relative", precision: 1 },
    }),
  "semantic over Llama 2's, paths alone": () =>
    createSemanticTokenizer({ base: llama2(), options: { shapes: "paths", strokes: "drop" } }),
  "semantic over GPT-2, as LLM4SVG": () =>
    createSemanticTokenizer({ base: gpt2(), options: llm4svgOptions }),
  "text over GPT-2, with markers": () => createTextTokenizer({ base: gpt2() }),
  "text over Llama 2's, with an instruction": () =>
    createTextTokenizer({ base: llama2(), options: { wrapper: "instruction" } }),
  "text over Llama 2's, paths alone": () =>
    createTextTokenizer({
      base: llama2(),
      options: { shapes: "paths", strokes: "drop", arcs: "cubics", groups: "flatten" },
    }),
};

/**
 * The ids of coordinates, which would crowd out the rest: by far the most of the vocabularies of
 * paths.
 */
export function coordinatesOf({ vocabulary, name }: SvgTokenizer): (id: number) => boolean {
  if (name !== "path") return () => false;
  const first = ["<|r0|>", "<|x0|>", "<|0,0|>"].map((token) => vocabulary.id(token));
  const least = first.find((id) => id !== undefined)!;
  const last = vocabulary.id("<|199,199|>") ?? vocabulary.size;
  return (id) => id >= least && id <= last;
}

function once(create: () => BaseTokenizer): () => BaseTokenizer {
  let made: BaseTokenizer | undefined;
  return () => {
    made ??= create();
    return made;
  };
}
