/**
 * Turns a tree of elements into canonical ones, in painting order: styles are computed, transforms
 * composed, references followed and each shape is brought onto the grid.
 */

import { extentOf } from "../canonical/extent.ts";
import { settleDrawing, settleGroup } from "../canonical/group.ts";
import type { ClipOutline } from "../canonical/intersect.ts";
import { traceShape } from "../canonical/outline.ts";
import type { Drawing, DrawingElement } from "../drawing.ts";
import { DropCounter } from "../drops.ts";
import { maxNesting, maxReusedText, maxVisits } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { mapSegments } from "../path/map.ts";
import { SegmentList } from "../path/segments.ts";
import { computeStyle, type RuleMatcher } from "../style/cascade.ts";
import { type ElementStyle, initialOwn, noStyle } from "../style/computed.ts";
import { attributeMarks, type XmlDocument, type XmlElement } from "../xml/scan.ts";
import type { Source } from "../xml/source.ts";
import { attributeOf, hrefOf } from "./attributes.ts";
import { type Canvas, type RootLengths, readCanvas } from "./canvas.ts";
import { ClipReader } from "./clip.ts";
import { composed, type Transform, transformMatrix } from "./css-transform.ts";
import { elementKinds } from "./elements.ts";
import { mapShape, staysShape } from "./geometry.ts";
import { GradientReader } from "./gradient.ts";
import { initialUnits, type LengthUnits, parseLength } from "./length.ts";
import { determinant, identity, type Matrix, multiply, scaling, translation } from "./matrix.ts";
import { PatternReader } from "./pattern.ts";
import { References } from "./references.ts";
import { ShapeReader } from "./shape-reader.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Box, diagonalOf, fitViewBox, parseViewBox } from "./viewport.ts";

export class DrawingReader {
  readonly #root: XmlElement;
  readonly #source: Source;
  readonly #options: CanonicalOptions;
  readonly #drops: DropCounter;
  readonly #canvas: Canvas;
  readonly #rules: RuleMatcher | null;
  readonly #references: References;
  readonly #gradients: GradientReader;
  readonly #shapes: ShapeReader;
  readonly #clips: ClipReader;
  /** Lengths of the root. */
  readonly #units: LengthUnits;
  /** Above 0 while elements are drawn to be measured, wherever they lie and however clipped. */
  #measuring = 0;
  /** Containers that are being drawn now, outermost first. */
  readonly #open: XmlElement[] = [];
  /** How many instances made by `use` these are in. */
  #uses = 0;
  #depth = 0;
  #visits = 0;
  #textLeft = maxReusedText;
  constructor(
    document: XmlDocument,
    source: Source,
    rules: RuleMatcher | null,
    options: CanonicalOptions,
    drops: DropCounter,
  ) {
    this.#root = document.root;
    this.#source = source;
    this.#options = options;
    this.#drops = drops;
    this.#rules = rules;
    const { root } = document;
    const { grid } = options;
    const lengths = rootLengths(root, rules);
    const canvas = readCanvas(root, grid, lengths, source, drops);
    this.#canvas = canvas;
    const { em } = lengths.units;
    const units: LengthUnits = { em, rem: em, viewport: canvas.outer };
    this.#units = units;
    const references = new References(root, drops);
    this.#references = references;
    const gradients = new GradientReader(references, rules, units, drops);
    this.#gradients = gradients;
    const draw = this.#drawTile.bind(this);
    const patterns = new PatternReader({ references, drops, units, grid, draw });
    const pattern = patterns.read.bind(patterns);
    const paints = { references, gradients, pattern, drops, pixel: canvas.scale };
    const shapes = new ShapeReader(source, options, paints, canvas);
    this.#shapes = shapes;
    this.#clips = new ClipReader({ references, rules, drops, options, canvas, shapes });
  }

  /** @throws SvgError `limit` where there is more to draw than the bounds allow. */
  drawing(): Drawing {
    const { width, height, inner } = this.#canvas;
    const root = this.#root;
    const outermost = noStyle.inherited.copy();
    outermost.units = this.#units;
    const around = { ...noStyle, inherited: outermost };
    const style = computeStyle(root, around, this.#rules, diagonalOf(inner), this.#drops);
    const elements: DrawingElement[] = [];
    if (style.own.displayed) {
      const matrix = this.#rootMatrix(style);
      const within = { style, matrix, port: inner };
      this.#children(root, style, within, elements);
    }
    return { width, height, elements: settleDrawing(elements, this.#options) };
  }

  /** A transform of the root turns the whole picture, in pixels and about its middle. */
  #rootMatrix({ own }: ElementStyle): Matrix {
    const { matrix, outer, scale } = this.#canvas;
    const transform = wholeTransform(own);
    if (own.onPath) this.#drops.add("transform-box");
    if (transform === null) return matrix;
    const box = { x: 0, y: 0, ...outer };
    const origin = own.transformOrigin?.(box) ?? { x: outer.width / 2, y: outer.height / 2 };
    const moved = about(
      origin,
      transformMatrix(transform, () => box),
    );
    const pixels = multiply(scaling(scale, scale), multiply(moved, scaling(1 / scale, 1 / scale)));
    return multiply(pixels, matrix);
  }

  /** What the children of a pattern paint, on a tile. */
  #drawTile(
    pattern: XmlElement,
    matrix: Matrix,
    port: { readonly width: number; readonly height: number },
  ): readonly DrawingElement[] {
    const drawn: DrawingElement[] = [];
    this.#measuring++;
    const style = this.#styleOf(pattern);
    for (const child of pattern.children) this.#element(child, { style, matrix, port }, drawn);
    this.#measuring--;
    return drawn;
  }

  /** As where the element is defined. */
  #styleOf(element: XmlElement): ElementStyle {
    const parent = element.parent === null ? noStyle : this.#styleOf(element.parent);
    return computeStyle(element, parent, this.#rules, 0, new DropCounter());
  }

  #limit(message: string, element: XmlElement): never {
    throw this.#source.error("limit", message, element.offset);
  }

  #element(element: XmlElement, around: Surroundings, out: DrawingElement[]): void {
    const kind = elementKinds.get(element.name);
    if (kind === "skip") return;
    if (kind === undefined) {
      if (element.name !== "") this.#drops.add("unknown-element");
      return;
    }
    this.#count(element);
    if (!meetsConditions(element)) return;
    const diagonal = diagonalOf(around.port);
    const style = computeStyle(element, around.style, this.#rules, diagonal, this.#drops);
    const { own } = style;
    if (!own.displayed) return;
    if (kind !== "shape" && kind !== "group" && kind !== "use" && kind !== "svg") {
      this.#drops.add(kind);
      return;
    }
    const matrix = own === initialOwn ? around.matrix : this.#transformed(element, style, around);
    if (determinant(matrix) === 0) return;
    if (kind === "shape") {
      const anywhere = this.#measuring > 0;
      const shape = this.#shapes.read(element, style, matrix, around.port, anywhere);
      if (own === initialOwn) {
        if (shape !== null) out.push(shape);
        return;
      }
      // A filter may show what is not painted itself.
      if (shape === null && own.filter === "none") return;
      const within = { style, matrix, port: around.port };
      const drawn = shape === null ? [] : [shape];
      for (const each of this.#effects(element, style, within, drawn)) out.push(each);
      return;
    }
    if (++this.#depth > maxNesting) {
      this.#limit(`elements nest deeper than ${maxNesting} where they are used`, element);
    }
    const within = { style, matrix, port: around.port };
    if (kind === "group") this.#children(element, style, within, out);
    else if (kind === "use") this.#use(element, style, within, out);
    else this.#viewport(element, element, style, within, out);
    this.#depth--;
  }

  /** Charges an element against the bounds. */
  #count(element: XmlElement): void {
    if (++this.#visits > maxVisits) this.#limit(`more than ${maxVisits} elements to draw`, element);
    if (this.#uses === 0) return;
    for (const text of element.attributes) this.#textLeft -= text.length;
    if (this.#textLeft < 0) this.#limit("`use` draws too much", element);
  }

  #transformed(element: XmlElement, style: ElementStyle, around: Surroundings): Matrix {
    const { own } = style;
    const { matrix, port } = around;
    if (own.onPath) this.#drops.add("transform-box");
    const transform = wholeTransform(own);
    if (transform === null) return matrix;
    const whole: Box = { x: 0, y: 0, ...port };
    if (own.transformBox === "view-box" && own.transformOrigin === null) {
      return multiply(
        matrix,
        transformMatrix(transform, () => whole),
      );
    }
    const box = own.transformBox === "view-box" ? whole : this.#boxOf(element, style, around);
    if (box === null) {
      this.#drops.add("transform-box");
      return multiply(
        matrix,
        transformMatrix(transform, () => whole),
      );
    }
    const origin = own.transformOrigin?.(box) ?? box;
    return multiply(
      matrix,
      about(
        origin,
        transformMatrix(transform, () => box),
      ),
    );
  }

  /** The element's own box in its own coordinates; null where it has none. */
  #boxOf(element: XmlElement, style: ElementStyle, around: Surroundings): Box | null {
    const stroked = style.own.transformBox === "stroke-box";
    if (elementKinds.get(element.name) === "shape") {
      const box = this.#shapes.bounds(element, style, around.port);
      const reach =
        stroked && style.inherited.stroke.kind !== "none" ? style.inherited.strokeWidth / 2 : 0;
      return box && grown(box, reach);
    }
    return this.#measure(element, style, around, stroked);
  }

  /** The bounds of what a container draws, found by drawing it, finer than on the grid. */
  #measure(
    element: XmlElement,
    style: ElementStyle,
    { port }: Surroundings,
    stroked: boolean,
  ): Box | null {
    const scale = measuringScale * this.#canvas.scale;
    const within: Surroundings = { style, matrix: scaling(scale, scale), port };
    const drawn: DrawingElement[] = [];
    const counted = this.#drops.copy();
    this.#measuring++;
    if (element.name === "use") this.#use(element, style, within, drawn);
    else if (element.name === "svg") this.#viewport(element, element, style, within, drawn);
    else this.#children(element, style, within, drawn);
    this.#measuring--;
    // They are counted when they are drawn.
    this.#drops.restore(counted);
    this.#gradients.forget();
    const { left, top, right, bottom, empty } = extentOf(drawn, stroked);
    if (empty) return null;
    return {
      x: left / scale,
      y: top / scale,
      width: (right - left) / scale,
      height: (bottom - top) / scale,
    };
  }

  /** Draws the children as a group. */
  #children(
    element: XmlElement,
    style: ElementStyle,
    within: Surroundings,
    out: DrawingElement[],
  ): void {
    const drawn: DrawingElement[] = [];
    this.#open.push(element);
    if (element.name === "switch") {
      const chosen = element.children.find((child) => child.name !== "" && meetsConditions(child));
      if (chosen !== undefined) this.#element(chosen, within, drawn);
    } else for (const child of element.children) this.#element(child, within, drawn);
    this.#open.pop();
    this.#settle(element, drawn, style, within, out);
  }

  #settle(
    element: XmlElement,
    drawn: readonly DrawingElement[],
    style: ElementStyle,
    within: Surroundings,
    out: DrawingElement[],
  ): void {
    if (drawn.length === 0) return;
    const seen = style.own === initialOwn ? drawn : this.#effects(element, style, within, drawn);
    for (const each of settleGroup(seen, 100 * style.own.opacity, this.#options)) out.push(each);
  }

  /** What is seen of the elements; counts what the canonical form cannot hold. */
  #effects(
    element: XmlElement,
    style: ElementStyle,
    within: Surroundings,
    drawn: readonly DrawingElement[],
  ): readonly DrawingElement[] {
    if (this.#measuring > 0) return drawn;
    const { own } = style;
    const drops = this.#drops;
    if (own.filter !== "none") drops.add("filter");
    if (own.mask !== "none") drops.add("mask");
    if (own.blended) drops.add("blend-mode");
    if (own.clipPath === "none") return drawn;
    const box = () => this.#boxOf(element, style, within);
    return this.#clips.clip(own.clipPath, drawn, { ...within, box });
  }

  #use(
    element: XmlElement,
    style: ElementStyle,
    within: Surroundings,
    out: DrawingElement[],
  ): void {
    const href = hrefOf(element);
    const target = href === undefined ? undefined : this.#references.find(href);
    if (target === undefined) return;
    if (this.#open.includes(target)) {
      this.#drops.add("missing-reference");
      return;
    }
    const { port, matrix } = within;
    const x = this.#length(element, "x", port.width, style) ?? 0;
    const y = this.#length(element, "y", port.height, style) ?? 0;
    const inside =
      x === 0 && y === 0 ? within : { ...within, matrix: multiply(matrix, translation(x, y)) };
    const drawn: DrawingElement[] = [];
    this.#open.push(element);
    this.#uses++;
    if (target.name === "symbol" || target.name === "svg") {
      this.#instance(target, element, inside, drawn);
    } else this.#element(target, inside, drawn);
    this.#uses--;
    this.#open.pop();
    this.#settle(element, drawn, style, within, out);
  }

  /** Draws a symbol or viewport as `use` sizes it. */
  #instance(
    target: XmlElement,
    use: XmlElement,
    around: Surroundings,
    out: DrawingElement[],
  ): void {
    this.#count(target);
    if (++this.#depth > maxNesting) {
      this.#limit(`elements nest deeper than ${maxNesting} where they are used`, target);
    }
    const diagonal = diagonalOf(around.port);
    const style = computeStyle(target, around.style, this.#rules, diagonal, this.#drops);
    if (style.own.displayed) {
      const { own } = style;
      const matrix = own === initialOwn ? around.matrix : this.#transformed(target, style, around);
      const within = { ...around, style, matrix };
      this.#viewport(target, use, style, within, out);
    }
    this.#depth--;
  }

  /** @param sized the element whose width and height count first: the `use`, or the viewport itself */
  #viewport(
    element: XmlElement,
    sized: XmlElement,
    style: ElementStyle,
    around: Surroundings,
    out: DrawingElement[],
  ): void {
    const { port } = around;
    const own = (name: string, percent: number) => this.#length(element, name, percent, style);
    const size = (name: string, percent: number) =>
      this.#length(sized, name, percent, style) ?? own(name, percent) ?? percent;
    const width = size("width", port.width);
    const height = size("height", port.height);
    const [x, y] = [own("x", port.width) ?? 0, own("y", port.height) ?? 0];
    if (!(width > 0 && height > 0)) return;
    const box = this.#viewBox(element);
    if (box === null) return;
    const outer: Box = { x, y, width, height };
    const inner: Box = box ?? { x: 0, y: 0, width, height };
    const fitted = fitViewBox(inner, outer, attributeOf(element, "preserveAspectRatio") ?? "");
    const matrix = multiply(around.matrix, fitted);
    const drawn: DrawingElement[] = [];
    this.#children(element, style, { style, matrix, port: inner }, drawn);
    const clips = !style.own.overflowVisible && this.#measuring === 0;
    const seen = clips
      ? this.#clips.cut(boxOutline(outer, around.matrix), drawn, "overflow")
      : drawn;
    for (const each of seen) out.push(each);
  }

  /** null for one without area; undefined where there is none. */
  #viewBox(element: XmlElement): Box | null | undefined {
    const value = attributeOf(element, "viewBox");
    if (value === undefined) return undefined;
    const box = parseViewBox(value);
    if (box === undefined) this.#drops.add("invalid-value");
    return box;
  }

  #length(
    element: XmlElement,
    name: string,
    percent: number,
    style: ElementStyle,
  ): number | undefined {
    const value = style.own.geometry?.get(name) ?? attributeOf(element, name);
    return value === undefined ? undefined : parseLength(value, percent, style.inherited.units);
  }
}

/** How much finer than the grid elements are measured. */
const measuringScale = 4;

function wholeTransform(own: ElementStyle["own"]): Transform | null {
  const { translate, rotate, scale, transform } = own;
  if (translate === null && rotate === null && scale === null) return transform;
  return [translate, rotate, scale, transform].reduce<Transform>(
    (outer, inner) => (inner === null ? outer : composed(outer, inner)),
    identity,
  );
}

/** A map made about a point. */
function about({ x, y }: { readonly x: number; readonly y: number }, m: Matrix): Matrix {
  return x === 0 && y === 0 ? m : multiply(multiply(translation(x, y), m), translation(-x, -y));
}

function grown({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function boxOutline({ x, y, width, height }: Box, matrix: Matrix): ClipOutline {
  const rect = { kind: "rect", x, y, width, height, rx: 0, ry: 0 } as const;
  const segments = new SegmentList();
  traceShape(rect, segments);
  const kept = staysShape(rect, matrix, false) ? mapShape(rect, matrix) : null;
  return { segments: mapSegments(segments, matrix), evenOdd: false, shape: kept };
}

/** Lengths of the root before its size is known, by which it may be given. */
function rootLengths(root: XmlElement, rules: RuleMatcher | null): RootLengths {
  const plain = rules === null && attributeOf(root, "style") === undefined;
  if (plain && attributeOf(root, "font-size") === undefined) {
    return { units: initialUnits, geometry: null };
  }
  const { inherited, own } = computeStyle(root, noStyle, rules, 0, new DropCounter());
  return { units: { ...inherited.units, rem: inherited.units.em }, geometry: own.geometry };
}

/**
 * Whether an element is drawn where `switch`, or anything else, asks for its conditions: no
 * extension is known, and the language is English.
 */
function meetsConditions(element: XmlElement): boolean {
  if ((element.marks & attributeMarks.condition) === 0) return true;
  if (attributeOf(element, "requiredExtensions") !== undefined) return false;
  const languages = attributeOf(element, "systemLanguage") ?? "en";
  return languages.split(",").some((tag) => /^\s*en\b/i.test(tag));
}
