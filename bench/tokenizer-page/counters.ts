/** The ways to turn a drawing into tokens that the report sets side by side, all on a grid of 200. */
import { type Drawing, type DrawingElement, drawingsEqual, parseDrawing } from "../../svg/index.ts";
import {
  baseTokenizerFromJSON,
  createOmniSvgTokenizer,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  llm4svgOptions,
  type PathOptions,
  type SvgTokenizer,
} from "../../tokenizer/index.ts";

export interface Count {
  readonly tokens: number;
  /** Whether the drawing came back from them unchanged; null for text that is no drawing yet. */
  readonly identical: boolean | null;
}

export interface Counter {
  readonly name: string;
  count(svg: string): Count;
}

/** @param baseJson a base model's `tokenizer.json`, which semantic and text tokens stand over */
export function createCounters(baseJson: unknown): Counter[] {
  const base = baseTokenizerFromJSON(baseJson);
  const path = (options: Partial<PathOptions>) => createPathTokenizer({ options });
  return [
    counter("`path`, separate coordinates", path({})),
    counter("`path`, relative", path({ positions: "relative" })),
    counter("`path`, merged points", path({ coordinates: "merged" })),
    counter("`semantic`", createSemanticTokenizer({ base })),
    counter("`text`", createTextTokenizer({ base })),
    omniSvgCounter(),
    counter("LLM4SVG's way", createSemanticTokenizer({ base, options: llm4svgOptions })),
    {
      name: "the file as it is",
      count: (svg) => ({ tokens: base.encode(svg).length, identical: null }),
    },
  ];
}

function counter(name: string, tokenizer: SvgTokenizer): Counter {
  return {
    name,
    count(svg) {
      const { drawing } = parseDrawing(svg, tokenizer.canonical);
      return countDrawing(drawing, tokenizer);
    },
  };
}

function countDrawing(drawing: Drawing, tokenizer: SvgTokenizer): Count {
  const ids = tokenizer.encode(drawing);
  return { tokens: ids.length, identical: drawingsEqual(tokenizer.decode(ids), drawing) };
}

/**
 * OmniSVG's vocabulary has no strokes, and its data preparation turns them into filled outlines.
 * Here a stroked path is counted as a filled one along the same line: fewer tokens than its outline
 * would take.
 */
function omniSvgCounter(): Counter {
  const omniSvg = createOmniSvgTokenizer();
  const stroked = { ...omniSvg.canonical, strokes: "keep" } as const;
  return {
    name: "OmniSVG's way",
    count(svg) {
      const { drawing } = parseDrawing(svg, stroked);
      const filled = { ...drawing, elements: drawing.elements.map(fillStrokes) };
      return countDrawing(omniSvg.fit(filled), omniSvg);
    },
  };
}

function fillStrokes(element: DrawingElement): DrawingElement {
  if (element.kind === "group") return element;
  return { ...element, fill: element.fill ?? element.stroke?.paint ?? null, stroke: null };
}
