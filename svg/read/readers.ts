/** The readers of what an element may be or refer to, as one drawing has them. */
import type { DrawingElement } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import type { CanonicalOptions } from "../options.ts";
import type { RuleMatcher } from "../style/cascade.ts";
import type { TextOutliner } from "../text.ts";
import type { XmlElement } from "../xml/element.ts";
import type { Source } from "../xml/source.ts";
import type { Canvas } from "./canvas.ts";
import { ClipReader } from "./clip.ts";
import { GradientReader } from "./gradient.ts";
import type { LengthUnits } from "./length.ts";
import { MaskReader } from "./mask.ts";
import type { Matrix } from "./matrix.ts";
import { PatternReader } from "./pattern.ts";
import { References } from "./references.ts";
import { ShapeReader } from "./shape-reader.ts";
import type { Surroundings } from "./surroundings.ts";
import { TextReader } from "./text.ts";

export interface ReaderContext {
  readonly root: XmlElement;
  readonly source: Source;
  readonly rules: RuleMatcher | null;
  readonly options: CanonicalOptions;
  readonly drops: DropCounter;
  readonly canvas: Canvas;
  /** Lengths of the root. */
  readonly units: LengthUnits;
  /** Text is left out and counted without. */
  readonly outliner: TextOutliner | null;
  /** What the children of a pattern paint. */
  readonly draw: (
    pattern: XmlElement,
    matrix: Matrix,
    port: Surroundings["port"],
  ) => readonly DrawingElement[];
}

export interface Readers {
  readonly references: References;
  readonly gradients: GradientReader;
  readonly shapes: ShapeReader;
  readonly clips: ClipReader;
  readonly masks: MaskReader;
  readonly texts: TextReader | null;
}

export function readersOf(context: ReaderContext): Readers {
  const { root, source, rules, options, drops, canvas, units, outliner, draw } = context;
  const references = new References(root, drops);
  const gradients = new GradientReader(references, rules, units, drops);
  const patterns = new PatternReader({ references, drops, units, grid: options.grid, draw });
  const pattern = patterns.read.bind(patterns);
  const paints = { references, gradients, pattern, drops, pixel: canvas.scale };
  const shapes = new ShapeReader(source, options, paints, canvas);
  const texts = outliner && new TextReader({ outliner, references, rules, drops, shapes });
  const clipping = { references, rules, drops, options, canvas, shapes, texts };
  const clips = new ClipReader(clipping);
  const masks = new MaskReader(clipping, clips);
  return { references, gradients, shapes, clips, masks, texts };
}
