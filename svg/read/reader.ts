/**
 * Turns a tree of elements into canonical ones, in painting order: styles are computed, transforms
 * composed, references followed and each shape is brought onto the grid.
 */
import { settleDrawing, settleGroup } from "../canonical/group.ts";
import type { Drawing, DrawingElement } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import { maxNesting, maxReusedText, maxVisits } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { computeStyle, type ElementStyle, type RuleMatcher } from "../style/cascade.ts";
import { initialOwn, initialStyle } from "../style/computed.ts";
import type { XmlDocument, XmlElement } from "../xml/scan.ts";
import type { Source } from "../xml/source.ts";
import { attributeOf, hrefOf } from "./attributes.ts";
import { type Canvas, readCanvas } from "./canvas.ts";
import { boxShowsAll, clipBox } from "./clip.ts";
import { elementKinds } from "./elements.ts";
import { GradientReader } from "./gradient.ts";
import { parseLength } from "./length.ts";
import { determinant, type Matrix, multiply, translation } from "./matrix.ts";
import { References } from "./references.ts";
import { ShapeReader } from "./shape-reader.ts";
import type { Surroundings } from "./surroundings.ts";
import { parseOrigin, parseTransform } from "./transform.ts";
import { type Box, diagonalOf, fitViewBox, parseViewBox } from "./viewport.ts";

export class DrawingReader {
  readonly #root: XmlElement;
  readonly #source: Source;
  readonly #options: CanonicalOptions;
  readonly #drops: DropCounter;
  readonly #canvas: Canvas;
  readonly #rules: RuleMatcher | null;
  readonly #references: References;
  readonly #shapes: ShapeReader;
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
    this.#canvas = readCanvas(document.root, options.grid, source, drops);
    const references = new References(document.root, drops);
    this.#references = references;
    const gradients = new GradientReader(references, rules, drops);
    const paints = { references, gradients, drops, pixel: this.#canvas.scale };
    this.#shapes = new ShapeReader(source, options, paints);
  }

  /** @throws SvgError `limit` where there is more to draw than the bounds allow. */
  drawing(): Drawing {
    const { width, height, matrix, inner } = this.#canvas;
    const root = this.#root;
    const style = computeStyle(root, initialStyle, this.#rules, diagonalOf(inner), this.#drops);
    const elements: DrawingElement[] = [];
    if (style.own.displayed) {
      const within = { style: style.inherited, matrix, port: inner };
      this.#children(root, style, within, matrix, elements);
    }
    return { width, height, elements: settleDrawing(elements) };
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
    const diagonal = diagonalOf(around.port);
    const style = computeStyle(element, around.style, this.#rules, diagonal, this.#drops);
    const { own } = style;
    if (!own.displayed) return;
    if (kind !== "shape" && kind !== "group" && kind !== "use" && kind !== "svg") {
      this.#drops.add(kind);
      return;
    }
    const matrix = own.transform === "" ? around.matrix : this.#transformed(own, around);
    if (determinant(matrix) === 0) return;
    if (kind === "shape") {
      const shape = this.#shapes.read(element, style, matrix, around.port);
      if (shape === null) return;
      out.push(shape);
      if (own !== initialOwn) this.#effects(style, matrix, [shape]);
      return;
    }
    if (++this.#depth > maxNesting) {
      this.#limit(`elements nest deeper than ${maxNesting} where they are used`, element);
    }
    const within = { style: style.inherited, matrix, port: around.port };
    if (kind === "group") this.#children(element, style, within, matrix, out);
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

  #transformed(own: ElementStyle["own"], { matrix, port }: Surroundings): Matrix {
    const transform = parseTransform(own.transform);
    if (transform === undefined) {
      this.#drops.add("invalid-value");
      return matrix;
    }
    if (own.transformOrigin === "") return multiply(matrix, transform);
    const origin = own.ownOrigin ? undefined : parseOrigin(own.transformOrigin, port);
    if (origin === undefined) {
      this.#drops.add(own.ownOrigin ? "transform-box" : "invalid-value");
      return multiply(matrix, transform);
    }
    const about = multiply(translation(origin.x, origin.y), transform);
    return multiply(matrix, multiply(about, translation(-origin.x, -origin.y)));
  }

  /** Draws the children as a group. */
  #children(
    element: XmlElement,
    style: ElementStyle,
    within: Surroundings,
    effects: Matrix,
    out: DrawingElement[],
  ): void {
    const drawn: DrawingElement[] = [];
    this.#open.push(element);
    if (element.name === "switch") {
      const chosen = element.children.find(isSupported);
      if (chosen !== undefined) this.#element(chosen, within, drawn);
    } else for (const child of element.children) this.#element(child, within, drawn);
    this.#open.pop();
    this.#settle(drawn, style, effects, out);
  }

  #settle(
    drawn: readonly DrawingElement[],
    style: ElementStyle,
    matrix: Matrix,
    out: DrawingElement[],
  ): void {
    if (drawn.length === 0) return;
    this.#effects(style, matrix, drawn);
    for (const element of settleGroup(drawn, 100 * style.own.opacity, this.#options)) {
      out.push(element);
    }
  }

  /** Counts what an element asks for that the canonical form cannot hold. */
  #effects({ own }: ElementStyle, matrix: Matrix, drawn: readonly DrawingElement[]): void {
    const drops = this.#drops;
    if (own.filter !== "none") drops.add("filter");
    if (own.mask !== "none") drops.add("mask");
    if (own.blended) drops.add("blend-mode");
    if (own.clipPath === "none") return;
    const box = clipBox(own.clipPath, this.#references);
    if (box === undefined || !boxShowsAll(box, matrix, drawn, this.#canvas)) drops.add("clip-path");
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
    this.#settle(drawn, style, matrix, out);
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
      const matrix = own.transform === "" ? around.matrix : this.#transformed(own, around);
      const within = { ...around, style: style.inherited, matrix };
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
    this.#children(element, style, { style: style.inherited, matrix, port: inner }, matrix, drawn);
    const clips = !style.own.overflowVisible;
    if (clips && !boxShowsAll(outer, around.matrix, drawn, this.#canvas)) {
      this.#drops.add("overflow");
    }
    for (const element of drawn) out.push(element);
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
    return value === undefined ? undefined : parseLength(value, percent, style.inherited.fontSize);
  }
}

/** Whether `switch` chooses the element: it asks for no extension, and for a language like English. */
function isSupported(element: XmlElement): boolean {
  if (element.name === "") return false;
  const extensions = attributeOf(element, "requiredExtensions");
  const languages = attributeOf(element, "systemLanguage");
  if (extensions !== undefined && extensions.trim() !== "") return false;
  return languages === undefined || /(^|,)\s*en\b/i.test(languages);
}
