/** Every representation, each under options that together turn everything on and off. */
import { parseDrawing } from "../../src/svg/index.ts";
import {
  baseTokenizerFromJSON,
  createOmniSvgRepresentation,
  createPathRepresentation,
  createSemanticRepresentation,
  createTextRepresentation,
  defaultPathOptions,
  learnPathMerges,
  llm4svgOptions,
  type PathOptions,
  type Representation,
  type SemanticOptions,
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

export function representations(): Map<string, Representation> {
  const base = baseTokenizerFromJSON(gpt2TokenizerJson());
  const made = new Map<string, Representation>();
  for (const [name, options] of Object.entries(paths)) {
    const all = { ...defaultPathOptions, ...options };
    made.set(`path ${name}`, createPathRepresentation({ options: all }));
  }
  made.set("path with merged runs", withLearntRuns());
  made.set("path as OmniSVG", createOmniSvgRepresentation());
  for (const [name, options] of Object.entries(semantics)) {
    made.set(`semantic ${name}`, createSemanticRepresentation({ base, options }));
  }
  for (const [name, options] of Object.entries(texts)) {
    made.set(`text ${name}`, createTextRepresentation({ base, options }));
  }
  return made;
}

/** Runs that are frequent in Lucide, merged into tokens. */
function withLearntRuns(): Representation {
  const plain = createPathRepresentation();
  const drawings = readIcons(iconSets[0])
    .filter((_, i) => i % 10 === 0)
    .map(({ svg }) => parseDrawing(svg, plain.canonical).drawing);
  return learnPathMerges(plain, drawings, { merges: 200 }).representation;
}
