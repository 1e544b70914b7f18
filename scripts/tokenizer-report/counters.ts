/** The ways to turn a drawing into tokens that the report sets side by side, all on a grid of 200. */
import {
  type Drawing,
  type DrawingElement,
  drawingsEqual,
  parseDrawing,
} from "../../src/svg/index.ts";
import {
  baseTokenizerFromJSON,
  createOmniSvgRepresentation,
  createPathRepresentation,
  createSemanticRepresentation,
  createTextRepresentation,
  llm4svgOptions,
  type PathOptions,
  type Representation,
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
  const path = (options: Partial<PathOptions>) => createPathRepresentation({ options });
  return [
    counter("`path`, separate coordinates", path({})),
    counter("`path`, relative", path({ positions: "relative" })),
    counter("`path`, merged points", path({ coordinates: "merged" })),
    counter("`semantic`", createSemanticRepresentation({ base })),
    counter("`text`", createTextRepresentation({ base })),
    omniSvgCounter(),
    counter("LLM4SVG's way", createSemanticRepresentation({ base, options: llm4svgOptions })),
    {
      name: "the file as it is",
      count: (svg) => ({ tokens: base.encode(svg).length, identical: null }),
    },
  ];
}

function counter(name: string, representation: Representation): Counter {
  return {
    name,
    count(svg) {
      const { drawing } = parseDrawing(svg, representation.canonical);
      return countDrawing(drawing, representation);
    },
  };
}

function countDrawing(drawing: Drawing, representation: Representation): Count {
  const ids = representation.encode(drawing);
  return { tokens: ids.length, identical: drawingsEqual(representation.decode(ids), drawing) };
}

/**
 * OmniSVG's vocabulary has no strokes, and its data preparation turns them into filled outlines.
 * Here a stroked path is counted as a filled one along the same line: fewer tokens than its outline
 * would take.
 */
function omniSvgCounter(): Counter {
  const omniSvg = createOmniSvgRepresentation();
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
