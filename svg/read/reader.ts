/**
 * Turns a tree of elements into canonical ones, in painting order: styles are computed, transforms
 * composed, references followed and each shape is brought onto the grid.
 */

import { extentOf } from "../canonical/extent.ts";
import { settleDrawing, settleGroup } from "../canonical/group.ts";
import type { Drawing, DrawingElement } from "../drawing.ts";
import { DropCounter } from "../drops.ts";
import type { CanonicalOptions } from "../options.ts";
import { computeStyle, type RuleMatcher } from "../style/cascade.ts";
import { type ElementStyle, initialOwn, noStyle } from "../style/computed.ts";
import type { TextOutliner } from "../text.ts";
import type { XmlDocument, XmlElement } from "../xml/element.ts";
import type { Source } from "../xml/source.ts";
import { hrefOf } from "./attributes.ts";
import { DrawingBounds } from "./bounds.ts";
import { type Canvas, readCanvas, rootLengths } from "./canvas.ts";
import { boxOutline } from "./clip-shapes.ts";
import { meetsConditions } from "./conditions.ts";
import { elementKinds } from "./elements.ts";
import type { LengthUnits } from "./length.ts";
import { determinant, type Matrix, multiply, scaling, translation } from "./matrix.ts";
import { ownLength, readViewport } from "./nested-viewport.ts";
import { placed, rootMatrix } from "./placing.ts";
import { type Readers, readersOf } from "./readers.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Box, diagonalOf, grown } from "./viewport.ts";

export class DrawingReader {
  readonly #root: XmlElement;
  readonly #options: CanonicalOptions;
  readonly #drops: DropCounter;
  readonly #canvas: Canvas;
  readonly #rules: RuleMatcher | null;
  readonly #readers: Readers;
  readonly #bounds: DrawingBounds;
  /** Lengths of the root. */
  readonly #units: LengthUnits;
  /** Above 0 while elements are drawn to be measured, wherever they lie and however clipped. */
  #measuring = 0;
  /** Containers that are being drawn now, outermost first. */
  readonly #open: XmlElement[] = [];
  constructor(
    document: XmlDocument,
    source: Source,
    rules: RuleMatcher | null,
    options: CanonicalOptions,
    drops: DropCounter,
    outliner: TextOutliner | null,
  ) {
    const { root } = document;
    this.#root = root;
    this.#bounds = new DrawingBounds(source);
    this.#options = options;
    this.#drops = drops;
    this.#rules = rules;
    const lengths = rootLengths(root, rules);
    const canvas = readCanvas(root, options.grid, lengths, source, drops);
    this.#canvas = canvas;
    const { em } = lengths.units;
    const units: LengthUnits = { em, rem: em, viewport: canvas.outer };
    this.#units = units;
    const draw = this.#drawTile.bind(this);
    const read = { root, source, rules, options, drops, canvas, units, outliner, draw };
    this.#readers = readersOf(read);
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
      const matrix = rootMatrix(style.own, this.#canvas, this.#drops);
      const within = { style, matrix, port: inner };
      this.#children(root, style, within, elements);
    }
    return { width, height, elements: settleDrawing(elements, this.#options) };
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

  #element(element: XmlElement, around: Surroundings, out: DrawingElement[]): void {
    const kind = elementKinds.get(element.name);
    if (kind === "skip") return;
    if (kind === undefined) {
      if (element.name !== "") this.#drops.add("unknown-element");
      return;
    }
    this.#bounds.count(element);
    if (!meetsConditions(element)) return;
    const diagonal = diagonalOf(around.port);
    const style = computeStyle(element, around.style, this.#rules, diagonal, this.#drops);
    const { own } = style;
    if (!own.displayed) return;
    const set = element.name === "text" && this.#readers.texts !== null;
    if (kind === "image" || kind === "foreign-object" || (kind === "text" && !set)) {
      this.#drops.add(kind);
      return;
    }
    const matrix = this.#placed(element, style, around);
    if (determinant(matrix) === 0) return;
    if (kind === "shape") {
      const anywhere = this.#measuring > 0;
      const shape = this.#readers.shapes.read(element, style, matrix, around.port, anywhere);
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
    this.#bounds.enter(element);
    const within = { style, matrix, port: around.port };
    if (kind === "group") this.#children(element, style, within, out);
    else if (kind === "text") this.#text(element, style, within, out);
    else if (kind === "use") this.#use(element, style, within, out);
    else this.#viewport(element, element, style, within, out);
    this.#bounds.leave();
  }

  #placed(element: XmlElement, style: ElementStyle, around: Surroundings): Matrix {
    if (style.own === initialOwn) return around.matrix;
    return placed(style.own, around, () => this.#boxOf(element, style, around), this.#drops);
  }

  /** The element's own box in its own coordinates; null where it has none. */
  #boxOf(element: XmlElement, style: ElementStyle, around: Surroundings): Box | null {
    const stroked = style.own.transformBox === "stroke-box";
    if (elementKinds.get(element.name) === "shape") {
      const box = this.#readers.shapes.bounds(element, style, around.port);
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
    else if (element.name === "text") this.#text(element, style, within, drawn);
    else if (element.name === "svg") this.#viewport(element, element, style, within, drawn);
    else this.#children(element, style, within, drawn);
    this.#measuring--;
    // They are counted when they are drawn.
    this.#drops.restore(counted);
    this.#readers.gradients.forget();
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

  /** Draws the letters of a text as a group. */
  #text(
    element: XmlElement,
    style: ElementStyle,
    within: Surroundings,
    out: DrawingElement[],
  ): void {
    const drawn = this.#readers.texts?.read(element, style, within, this.#measuring > 0) ?? [];
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
    if (own.blended) drops.add("blend-mode");
    if (own.clipPath === "none" && own.mask === "none") return drawn;
    const place = { ...within, box: () => this.#boxOf(element, style, within) };
    const clipped =
      own.clipPath === "none" ? drawn : this.#readers.clips.clip(own.clipPath, drawn, place);
    return own.mask === "none" ? clipped : this.#readers.masks.mask(own.mask, clipped, place);
  }

  #use(
    element: XmlElement,
    style: ElementStyle,
    within: Surroundings,
    out: DrawingElement[],
  ): void {
    const href = hrefOf(element);
    const target = href === undefined ? undefined : this.#readers.references.find(href);
    if (target === undefined) return;
    if (this.#open.includes(target)) {
      this.#drops.add("missing-reference");
      return;
    }
    const { port, matrix } = within;
    const x = ownLength(element, "x", port.width, style) ?? 0;
    const y = ownLength(element, "y", port.height, style) ?? 0;
    const inside =
      x === 0 && y === 0 ? within : { ...within, matrix: multiply(matrix, translation(x, y)) };
    const drawn: DrawingElement[] = [];
    this.#open.push(element);
    this.#bounds.beginUse();
    if (target.name === "symbol" || target.name === "svg") {
      this.#instance(target, element, inside, drawn);
    } else this.#element(target, inside, drawn);
    this.#bounds.endUse();
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
    this.#bounds.count(target);
    this.#bounds.enter(target);
    const diagonal = diagonalOf(around.port);
    const style = computeStyle(target, around.style, this.#rules, diagonal, this.#drops);
    if (style.own.displayed) {
      const matrix = this.#placed(target, style, around);
      const within = { ...around, style, matrix };
      this.#viewport(target, use, style, within, out);
    }
    this.#bounds.leave();
  }

  /** @param sized the element whose width and height count first: the `use`, or the viewport itself */
  #viewport(
    element: XmlElement,
    sized: XmlElement,
    style: ElementStyle,
    around: Surroundings,
    out: DrawingElement[],
  ): void {
    const viewport = readViewport(element, sized, style, around, this.#drops);
    if (viewport === null) return;
    const { outer, inner, matrix } = viewport;
    const drawn: DrawingElement[] = [];
    this.#children(element, style, { style, matrix, port: inner }, drawn);
    const clips = !style.own.overflowVisible && this.#measuring === 0;
    const seen = clips
      ? this.#readers.clips.cut(boxOutline(outer, around.matrix), drawn, "overflow")
      : drawn;
    for (const each of seen) out.push(each);
  }
}

/** How much finer than the grid elements are measured. */
const measuringScale = 4;
