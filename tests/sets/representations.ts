/** Every representation, each under options that together turn everything on and off. */
import {
  baseTokenizerFromJSON,
  createOmniSvgRepresentation,
  createPathRepresentation,
  createSemanticRepresentation,
  createTextRepresentation,
  defaultPathOptions,
  llm4svgOptions,
  type PathOptions,
  type Representation,
  type SemanticOptions,
  strokeIconOptions,
  type TextOptions,
} from "../../tokenizer/index.ts";
import { gpt2TokenizerJson } from "./gpt2.ts";

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

/** @param only a name's beginning, such as `path`; all when left out. */
export function representations(only = ""): Map<string, Representation> {
  const base = baseTokenizerFromJSON(gpt2TokenizerJson());
  const makers: [string, () => Representation][] = [
    ...Object.entries(paths).map(([name, options]): [string, () => Representation] => [
      `path ${name}`,
      () => createPathRepresentation({ options: { ...defaultPathOptions, ...options } }),
    ]),
    ["path as OmniSVG", () => createOmniSvgRepresentation()],
    ...Object.entries(semantics).map(([name, options]): [string, () => Representation] => [
      `semantic ${name}`,
      () => createSemanticRepresentation({ base, options }),
    ]),
    ...Object.entries(texts).map(([name, options]): [string, () => Representation] => [
      `text ${name}`,
      () => createTextRepresentation({ base, options }),
    ]),
  ];
  return new Map(
    makers.filter(([name]) => name.startsWith(only)).map(([name, make]) => [name, make()]),
  );
}
