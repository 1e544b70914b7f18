/**
 * Text as outlines. An element `text` is written down with what decides its outlines alone (characters,
 * places, fonts), each part in a colour that numbers it; fonts make paths of it, and each is painted in
 * the style of the part that its colour names.
 */
import type { Shape } from "../drawing.ts";
import { DropCounter } from "../drops.ts";
import { computeStyle, type RuleMatcher } from "../style/cascade.ts";
import { type ElementStyle, initialOwn } from "../style/computed.ts";
import { ownTextProperties } from "../style/text-properties.ts";
import type { TextOutliner } from "../text.ts";
import type { XmlElement } from "../xml/element.ts";
import { scanXml } from "../xml/scan.ts";
import { Source } from "../xml/source.ts";
import { attributeOf, hrefOf } from "./attributes.ts";
import { parseLength } from "./length.ts";
import { identity, type Matrix, multiply } from "./matrix.ts";
import { isPlain } from "./paint-source.ts";
import type { References } from "./references.ts";
import type { ShapeReader } from "./shape-reader.ts";
import type { Surroundings } from "./surroundings.ts";
import { TextAllowance } from "./text-allowance.ts";
import { textPathData } from "./text-path.ts";
import { parseTransform } from "./transform.ts";
import { type Box, diagonalOf } from "./viewport.ts";

export interface TextContext {
  readonly outliner: TextOutliner;
  readonly references: References;
  readonly rules: RuleMatcher | null;
  readonly drops: DropCounter;
  readonly shapes: ShapeReader;
}

export class TextReader {
  readonly #context: TextContext;
  readonly #drawn = new TextAllowance(1);
  /** Groups within groups are each measured before they are drawn. */
  readonly #measured = new TextAllowance(8);

  constructor(context: TextContext) {
    this.#context = context;
  }

  /**
   * The letters as paths; none, counted, where the text cannot be set.
   * @param anywhere whether they are read even where they do not reach the canvas
   * @throws SvgError `limit` where the drawing has too many segments
   */
  read(text: XmlElement, own: ElementStyle, within: Surroundings, anywhere: boolean): Shape[] {
    const { drops, shapes } = this.#context;
    const { matrix, port } = within;
    const outlines = this.outlines(text, own, port, anywhere);
    if (outlines === null) {
      drops.add("text");
      return [];
    }
    return outlines.flatMap(({ path, style, matrix: own, whole }) => {
      return shapes.read(path, style, multiply(matrix, own), port, anywhere, whole) ?? [];
    });
  }

  /**
   * null where the text cannot be set.
   * @param isMeasured whether it is read for its size alone, and drawn another time
   */
  outlines(
    text: XmlElement,
    style: ElementStyle,
    port: Port,
    isMeasured = false,
  ): readonly TextOutline[] | null {
    const left = isMeasured ? this.#measured : this.#drawn;
    const writer = new TextWriter(this.#context, port, left.source);
    const body = writer.element(text, style);
    if (!left.takes(writer)) return null;
    if (writer.characters === 0) return [];
    const outlines = this.#context.outliner.outline(documentOf(body, writer));
    return outlines === null ? null : pathsIn(outlines, text, writer.styles);
  }
}

type Port = Surroundings["port"];

/** A path in the coordinates of its text. */
export interface TextOutline {
  readonly path: XmlElement;
  readonly style: ElementStyle;
  readonly matrix: Matrix;
  /** The box of the whole text, where that is what paints are fitted to. */
  readonly whole: Box | null;
}

const inside = new Set(["tspan", "textPath", "a"]);
/** What is copied where it says how letters stand, and is no length. */
const copied = ["rotate", "lengthAdjust"];
const lists = ["x", "y", "dx", "dy"];

/** Writes a text down; each element has the colour of its number. */
class TextWriter {
  readonly styles: ElementStyle[] = [];
  /** Definitions of the paths that text runs along. */
  readonly paths: string[] = [];
  characters = 0;
  /** Stretches of characters, each of a style of its own; spaces that become one are none. */
  stretches = 0;
  /** Characters of what is written. */
  length = 0;
  #unknown = false;
  readonly #context: TextContext;
  readonly #port: Port;
  readonly #mostLength: number;

  /** @param mostLength characters that may be written */
  constructor(context: TextContext, port: Port, mostLength: number) {
    this.#context = context;
    this.#port = port;
    this.#mostLength = mostLength;
  }

  /** Whether it holds what cannot be set, or is too long. */
  get isRefused(): boolean {
    return this.#unknown || this.length > this.#mostLength;
  }

  element(element: XmlElement, style: ElementStyle): string {
    if (this.isRefused) return "";
    this.styles.push(style);
    const color = `#${this.styles.length.toString(16).padStart(6, "0")}`;
    const name = element.name === "a" ? "tspan" : element.name;
    const said = [
      `fill="${color}"`,
      `font-size="${style.inherited.units.em}"`,
      ...this.#places(element, style),
      ...this.#fonts(element, style),
      ...(name === "textPath" ? this.#along(element, style) : []),
    ];
    const begin = `<${name} ${said.join(" ")}>`;
    this.length += begin.length;
    return `${begin}${this.#contents(element, style)}</${name}>`;
  }

  #contents(element: XmlElement, style: ElementStyle): string {
    const parts: string[] = [];
    const pieces = element.characters ?? [];
    let piece = 0;
    for (let child = 0; child <= element.children.length; child++) {
      for (; piece < pieces.length && pieces[piece]!.before <= child; piece++) {
        parts.push(this.#characters(pieces[piece]!.text, element));
      }
      if (child < element.children.length) parts.push(this.#child(element.children[child]!, style));
    }
    return parts.join("");
  }

  #child(child: XmlElement, parent: ElementStyle): string {
    if (child.name === "tref" || child.name === "altGlyph") this.#unknown = true;
    if (!inside.has(child.name)) return "";
    const { rules, drops } = this.#context;
    const style = computeStyle(child, parent, rules, diagonalOf(this.#port), drops);
    return style.own.displayed ? this.element(child, style) : "";
  }

  /** Those that no font has are left out, and counted. */
  #characters(text: string, element: XmlElement): string {
    let kept = "";
    for (const character of text) {
      if (/\s/.test(character) || this.#context.outliner.has(character.codePointAt(0)!)) {
        kept += character;
      } else if (!/\p{Default_Ignorable_Code_Point}/u.test(character)) {
        this.#context.drops.add("glyph");
      }
    }
    this.characters += kept.length;
    // White space between parts, as where each has a line of its own, is at most one space beside each.
    if (/[^ \t\r\n]/.test(kept) || (kept !== "" && keepsSpace(element))) this.stretches++;
    return escaped(kept);
  }

  #places(element: XmlElement, { own, inherited }: ElementStyle): string[] {
    const { units } = inherited;
    const said: string[] = [];
    const { width, height } = this.#port;
    for (const name of lists) {
      const value = own.geometry?.get(name) ?? attributeOf(element, name);
      if (value === undefined) continue;
      const percent = name.endsWith("x") ? width : height;
      const lengths = value
        .split(/[\s,]+/)
        .filter((each) => each !== "")
        .map((each) => parseLength(each, percent, units));
      if (lengths.every(isLength)) said.push(`${name}="${lengths.join(" ")}"`);
      else this.#context.drops.add("invalid-value");
    }
    const length = parseLength(attributeOf(element, "textLength") ?? "", width, units);
    if (length !== undefined && length > 0) said.push(`textLength="${length}"`);
    for (const name of copied) {
      const value = attributeOf(element, name);
      if (value !== undefined) said.push(`${name}="${escaped(value)}"`);
    }
    const space = spaceOf(element);
    if (space !== undefined) said.push(`xml:space="${escaped(space)}"`);
    return said;
  }

  #fonts(element: XmlElement, { own, inherited }: ElementStyle): string[] {
    const said = [...(inherited.text ?? [])];
    for (const name of ownTextProperties) {
      const value = own.geometry?.get(name) ?? attributeOf(element, name);
      if (value !== undefined) said.push([name, value]);
    }
    return said.map(([name, value]) => `${name}="${escaped(value)}"`);
  }

  /** The path that a `textPath` names. */
  #along(element: XmlElement, { inherited }: ElementStyle): string[] {
    const target = this.#context.references.find(hrefOf(element) ?? "");
    // It is read anew for each.
    this.length += (target && attributeOf(target, "d"))?.length ?? 0;
    const data = this.isRefused ? null : textPathData(target);
    if (data === null) {
      this.#unknown = true;
      return [];
    }
    const id = `p${this.paths.length}`;
    const path = `<path id="${id}" d="${data}"/>`;
    this.length += path.length;
    this.paths.push(path);
    const offset = attributeOf(element, "startOffset") ?? "0";
    const start = offset.trim().endsWith("%") ? offset : parseLength(offset, 0, inherited.units);
    return [`xlink:href="#${id}"`, `startOffset="${escaped(String(start ?? 0))}"`];
  }
}

/** What is done with white space, which a drawing may say once for all its texts. */
function spaceOf(element: XmlElement): string | undefined {
  const own = attributeOf(element, "xml:space");
  if (own !== undefined || inside.has(element.name)) return own;
  return saidSpace(element.parent);
}

/** As the nearest says it. */
function saidSpace(nearest: XmlElement | null): string | undefined {
  for (let at = nearest; at !== null; at = at.parent) {
    const said = attributeOf(at, "xml:space");
    if (said !== undefined) return said;
  }
  return undefined;
}

/** Whether every space is set, however many follow each other. */
function keepsSpace(element: XmlElement): boolean {
  return saidSpace(element) === "preserve";
}

function isLength(value: number | undefined): value is number {
  return Number.isFinite(value);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}

/** A paint that the renderer fits to the box of the whole text, and so tells it. */
const boxPaint =
  '<linearGradient id="box"><stop/><stop offset="1" stop-color="red"/></linearGradient>';

function documentOf(text: string, { styles, paths }: TextWriter): string {
  const spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  // Its size says nothing of what is set: text beyond it has outlines too.
  const isPlainText = styles.every(({ inherited }) => isPlain(inherited));
  const [defs, body] = isPlainText
    ? [paths, text]
    : [[...paths, boxPaint], `<g stroke="url(#box)">${text}</g>`];
  return `<svg ${spaces} width="1000" height="1000"><defs>${defs.join("")}</defs>${body}</svg>`;
}

/** The paths of a document, in their order; those that its groups move, moved. */
function pathsIn(
  outlines: string,
  text: XmlElement,
  styles: readonly ElementStyle[],
): TextOutline[] {
  const { root } = scanXml(new Source(outlines, null), new DropCounter());
  const box = boxIn(root);
  const found: TextOutline[] = [];
  const walk = (element: XmlElement, around: Matrix) => {
    const said = attributeOf(element, "transform");
    const matrix = said === undefined ? around : multiply(around, parseTransform(said) ?? identity);
    const style = element.name === "path" ? styleNamed(element, styles) : undefined;
    if (style?.inherited.visible === true) {
      const path = { ...element, parent: text, offset: text.offset };
      // Paths that are turned have coordinates of their own.
      found.push({ path, style, matrix, whole: matrix === identity ? box : null });
    }
    if (element.name === "svg" || element.name === "g") {
      for (const child of element.children) walk(child, matrix);
    }
  };
  walk(root, identity);
  return found;
}

/** What `boxPaint` was fitted to; null where it is not there. */
function boxIn(root: XmlElement): Box | null {
  const defs = root.children.find(({ name }) => name === "defs");
  const paint = defs?.children.find(({ name }) => name === "linearGradient");
  const fitted = paint && parseTransform(attributeOf(paint, "gradientTransform") ?? "");
  if (fitted === undefined) return null;
  return { x: fitted.e, y: fitted.f, width: fitted.a, height: fitted.d };
}

/** The style of the part that the path's colour names, as far as paths of letters take it. */
function styleNamed(path: XmlElement, styles: readonly ElementStyle[]): ElementStyle | undefined {
  const number = Number.parseInt((attributeOf(path, "fill") ?? "#0").slice(1), 16);
  const style = styles[number - 1];
  if (style === undefined) return undefined;
  const inherited = style.inherited.copy();
  inherited.fillRule = "nonzero";
  inherited.marked = false;
  return { inherited, own: initialOwn };
}
