/** Clip paths (CSS Masking 1), applied as geometry where the result is simple, else counted. */
import { type ClipOutline, Clipper } from "../canonical/intersect.ts";
import type { Canvas } from "../canonical/shown.ts";
import type { DrawingElement } from "../drawing.ts";
import { DropCounter } from "../drops.ts";
import { maxClipSegments } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { type AreaOperation, BooleanBudget, combineAreas } from "../path/boolean.ts";
import { signedArea } from "../path/flatten.ts";
import { mapSegments } from "../path/map.ts";
import { SegmentList, segment, segmentLength } from "../path/segments.ts";
import { computeStyle, type RuleMatcher } from "../style/cascade.ts";
import { type ElementStyle, noStyle } from "../style/computed.ts";
import { urlOf } from "../style/paint.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf, hrefOf } from "./attributes.ts";
import { readBasicShape } from "./clip-shapes.ts";
import { transformMatrix } from "./css-transform.ts";
import { elementKinds } from "./elements.ts";
import { parseLength } from "./length.ts";
import { type Matrix, multiply, translation } from "./matrix.ts";
import type { References } from "./references.ts";
import type { ShapeReader } from "./shape-reader.ts";
import type { Surroundings } from "./surroundings.ts";
import type { TextReader } from "./text.ts";
import { type Box, diagonalOf } from "./viewport.ts";

/** Shapes of one clip path; one with more is not applied. */
const mostShapes = 256;
/** Clip paths within each other, or in a circle. */
const mostNested = 8;

export interface ClipContext {
  readonly references: References;
  readonly rules: RuleMatcher | null;
  readonly drops: DropCounter;
  readonly options: CanonicalOptions;
  readonly canvas: Canvas;
  readonly shapes: ShapeReader;
  /** None where no fonts are given. */
  readonly texts: TextReader | null;
}

/** Where the clipped element stands: its own coordinates, and its box in these. */
export interface ClipPlace {
  readonly matrix: Matrix;
  readonly port: Surroundings["port"];
  readonly style: ElementStyle;
  readonly box: () => Box | null;
}

/** Thrown within where a clip path holds what is not simple. */
export const notSimple = Symbol("not simple");

export class ClipReader {
  readonly #context: ClipContext;
  /** Of clip paths, each use counted; those after are not applied. */
  #segmentsLeft = maxClipSegments;
  readonly #budget = new BooleanBudget();
  /** Clip paths that clip each other. */
  #depth = 0;

  constructor(context: ClipContext) {
    this.#context = context;
  }

  /** What a clip path leaves of the elements. */
  clip(
    value: string,
    elements: readonly DrawingElement[],
    place: ClipPlace,
  ): readonly DrawingElement[] {
    if (elements.length === 0) return elements;
    const outline = this.#outline(value, place);
    if (outline === "none") return elements;
    if (outline === null) {
      this.#context.drops.add("clip-path");
      return elements;
    }
    return this.cut(outline, elements, "clip-path");
  }

  /** What an outline leaves of the elements; counted where some are left whole. */
  cut(
    outline: ClipOutline,
    elements: readonly DrawingElement[],
    reason: "clip-path" | "mask" | "overflow",
  ): readonly DrawingElement[] {
    const { canvas, options, drops } = this.#context;
    if (outline.segments.count === 0) return [];
    const cut = new Clipper(outline, canvas, options, drops, this.#budget).apply(elements);
    if (cut.uncut) drops.add(reason);
    return cut.elements;
  }

  /** null where it is not simple, `none` where there is no clip path. */
  #outline(value: string, place: ClipPlace): ClipOutline | "none" | null {
    const href = urlOf(value);
    if (href === undefined) return this.#basicShape(value, place);
    const element = this.#context.references.find(href);
    if (element === undefined) return "none";
    if (element.name !== "clipPath") {
      this.#context.drops.add("missing-reference");
      return "none";
    }
    try {
      return this.#within(element, place);
    } catch (error) {
      if (error === notSimple) return null;
      throw error;
    }
  }

  /** What a clip path shows, within the one that clips itself. */
  #within(clipPath: XmlElement, place: ClipPlace): ClipOutline {
    const own = this.#joined(this.#outlinesOf(clipPath, place));
    const { clipPath: value } = this.styleOf(clipPath).own;
    if (value === "none") return own;
    if (++this.#depth > mostNested) throw notSimple;
    const other = this.#outline(value, place);
    this.#depth--;
    if (other === "none") return own;
    if (other === null) throw notSimple;
    return this.combined("intersection", own, other);
  }

  /** @throws notSimple */
  combined(operation: AreaOperation, a: ClipOutline, b: ClipOutline): ClipOutline {
    if (a.segments.count === 0) return operation === "union" ? b : a;
    if (b.segments.count === 0) return operation === "intersection" ? b : a;
    const area = combineAreas(operation, a, b, this.#budget);
    if (area === null) throw notSimple;
    return { ...area, shape: null };
  }

  #basicShape(value: string, place: ClipPlace): ClipOutline | "none" | null {
    const box = place.box();
    const shape = box && readBasicShape(value, box, place.style.inherited.units);
    if (shape === null || shape === undefined) return null;
    return {
      segments: mapSegments(shape.segments, place.matrix),
      evenOdd: shape.evenOdd,
      shape: null,
    };
  }

  #outlinesOf(clipPath: XmlElement, place: ClipPlace): ClipOutline[] {
    const style = this.styleOf(clipPath);
    let { matrix, port } = place;
    if (attributeOf(clipPath, "clipPathUnits") === "objectBoundingBox") {
      const box = place.box();
      if (box === null || !(box.width > 0 && box.height > 0)) return [];
      const { x, y, width, height } = box;
      matrix = multiply(matrix, { a: width, b: 0, c: 0, d: height, e: x, f: y });
      port = { width: 1, height: 1 };
    }
    matrix = multiply(matrix, this.transform(style, port));
    if (clipPath.children.length > mostShapes) throw notSimple;
    return clipPath.children.flatMap((child) => this.#child(child, style, matrix, port));
  }

  #child(
    child: XmlElement,
    parent: ElementStyle,
    around: Matrix,
    port: Surroundings["port"],
  ): ClipOutline[] {
    const kind = elementKinds.get(child.name);
    if (kind === "skip" || kind === undefined) return [];
    const { rules, drops, shapes, references } = this.#context;
    const style = computeStyle(child, parent, rules, diagonalOf(port), drops);
    if (!style.own.displayed) return [];
    if (style.own.clipPath !== "none") throw notSimple;
    const matrix = multiply(around, this.transform(style, port));
    if (kind === "use") {
      const href = hrefOf(child);
      const target = href === undefined ? undefined : references.find(href);
      if (target === undefined || elementKinds.get(target.name) !== "shape") return [];
      const length = (name: string, percent: number) =>
        parseLength(attributeOf(child, name) ?? "0", percent, style.inherited.units) ?? 0;
      const at = translation(length("x", port.width), length("y", port.height));
      return this.#child(target, style, multiply(matrix, at), port);
    }
    if (this.#segmentsLeft < 0) throw notSimple;
    if (kind === "text") return this.#letters(child, style, matrix, port);
    if (kind !== "shape" || !style.inherited.visible) return [];
    const outline = shapes.outline(child, style, matrix, port);
    if (outline === null) return [];
    this.#segmentsLeft -= outline.segments.count;
    return [{ ...outline, evenOdd: style.inherited.clipRule === "evenodd" }];
  }

  /** @throws notSimple where there is no font, or the text cannot be set */
  #letters(
    text: XmlElement,
    style: ElementStyle,
    matrix: Matrix,
    port: Surroundings["port"],
  ): ClipOutline[] {
    const { texts, shapes } = this.#context;
    const outlines = text.name === "text" ? texts?.outlines(text, style, port) : null;
    if (!outlines) throw notSimple;
    return outlines.flatMap((each) => {
      const outline = shapes.outline(each.path, each.style, multiply(matrix, each.matrix), port);
      this.#segmentsLeft -= outline?.segments.count ?? 0;
      return outline === null ? [] : [{ ...outline, evenOdd: false }];
    });
  }

  /** All outlines as one, whose inside is that of any. */
  #joined(outlines: readonly ClipOutline[]): ClipOutline {
    const [first] = outlines;
    if (first === undefined) return { segments: new SegmentList(), evenOdd: false, shape: null };
    if (outlines.length === 1) return first;
    // Those that turn alike can be written one after the other; others would cancel out.
    const sign = Math.sign(signedArea(first.segments));
    const alike = outlines.every(
      ({ segments, evenOdd }) => !evenOdd && Math.sign(signedArea(segments)) === sign,
    );
    if (!alike) return outlines.reduce((all, each) => this.combined("union", all, each));
    const segments = new SegmentList();
    for (const outline of outlines) append(outline.segments, segments);
    return { segments, evenOdd: false, shape: null };
  }

  /** Of an element that is measured by nothing but the view box. @throws notSimple */
  transform({ own }: ElementStyle, port: Surroundings["port"]): Matrix {
    const box = () => ({ x: 0, y: 0, ...port });
    const special = own.translate ?? own.rotate ?? own.scale ?? own.transformOrigin;
    if (special !== null || own.transformBox !== "view-box" || own.onPath) throw notSimple;
    return own.transform === null ? translation(0, 0) : transformMatrix(own.transform, box);
  }

  /** As where it is defined, which is not where it is used. */
  styleOf(element: XmlElement): ElementStyle {
    const parent = element.parent === null ? noStyle : this.styleOf(element.parent);
    // Their faults are counted where these elements are drawn.
    return computeStyle(element, parent, this.#context.rules, 0, new DropCounter());
  }
}

function append(from: SegmentList, to: SegmentList): void {
  let at = 0;
  for (let i = 0; i < from.count; i++) {
    const length = segmentLength[from.types[i]!]!;
    const place = to.append(from.types[i]!);
    for (let j = 0; j < length; j++) to.values[place + j] = from.values[at + j]!;
    at += length;
  }
  if (from.count > 0 && from.types[from.count - 1] !== segment.close) to.close();
}
