/** Every tokenizer, each under options that together turn everything on and off. */
import { parseDrawing } from "../../svg/index.ts";
import {
  baseTokenizerFromJSON,
  createOmniSvgTokenizer,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  defaultPathOptions,
  learnPathMerges,
  llm4svgOptions,
  type PathOptions,
  type SemanticOptions,
  type SvgTokenizer,
  strokeIconOptions,
  type TextOptions,
} from "../../tokenizer/index.ts";
import { gpt2TokenizerJson } from "./gpt2.ts";
import { iconSets, readIcons } from "./icon-sets.ts";

const paths: Readonly<Record<string, Partial<PathOptions>>> = {
  separate: {},
  merged: { coordinates: "merged" },
  relative: { positions: "relative" },
  "of stroke icons": strokeIconOptions,
  "on 512, colours in two tokens": { grid: 512, colors: "24-bit-in-2" },
  "on 1024, colours in three tokens": { grid: 1024, colors: "24-bit-in-3" },
  "cubics alone": { shapes: false, arcs: false, quadratics: false, groups: false },
  "fills alone": { shapes: false, strokes: false, gradients: false, opacity: false },
  "one colour": { colors: "current", positions: "relative", relativeRange: 8 },
};

const semantics: Readonly<Record<string, Partial<SemanticOptions>>> = {
  absolute: {},
  "as LLM4SVG": llm4svgOptions,
  "of four bits a channel": { grid: 96, precision: 1, shapes: "paths", colorBits: 4 },
};

const texts: Readonly<Record<string, Partial<TextOptions>>> = {
  "in markers": {},
  "as an instruction": { wrapper: "instruction", shapes: "paths", arcs: "cubics" },
};

export function tokenizers(): Map<string, SvgTokenizer> {
  const base = baseTokenizerFromJSON(gpt2TokenizerJson());
  const made = new Map<string, SvgTokenizer>();
  for (const [name, options] of Object.entries(paths)) {
    const all = { ...defaultPathOptions, ...options };
    made.set(`path ${name}`, createPathTokenizer({ options: all }));
  }
  made.set("path with merged runs", withLearntRuns());
  made.set("path as OmniSVG", createOmniSvgTokenizer());
  for (const [name, options] of Object.entries(semantics)) {
    made.set(`semantic ${name}`, createSemanticTokenizer({ base, options }));
  }
  for (const [name, options] of Object.entries(texts)) {
    made.set(`text ${name}`, createTextTokenizer({ base, options }));
  }
  return made;
}

/** Runs that are frequent in Lucide, merged into tokens. */
function withLearntRuns(): SvgTokenizer {
  const plain = createPathTokenizer();
  const drawings = readIcons(iconSets[0])
    .filter((_, i) => i % 10 === 0)
    .map(({ svg }) => parseDrawing(svg, plain.canonical).drawing);
  return learnPathMerges(plain, drawings, { merges: 200 }).tokenizer;
}
