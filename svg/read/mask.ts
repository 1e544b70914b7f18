/**
 * Masks (CSS Masking 1) that are plain shapes: those of one grey or opacity show what is below them, all alike,
 * and black ones hide it. Such a mask is a clip with an opacity; others, as those of several greys, are counted.
 */

import { settleGroup } from "../canonical/group.ts";
import type { ClipOutline } from "../canonical/intersect.ts";
import { traceShape } from "../canonical/outline.ts";
import type { DrawingElement } from "../drawing.ts";
import { maxClipSegments } from "../limits.ts";
import { pathBounds } from "../path/bounds.ts";
import { fillCovers } from "../path/flatten.ts";
import { mapSegments } from "../path/map.ts";
import { SegmentList } from "../path/segments.ts";
import { computeStyle } from "../style/cascade.ts";
import type { ElementStyle } from "../style/computed.ts";
import { urlOf } from "../style/paint.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf, hrefOf } from "./attributes.ts";
import { type ClipContext, type ClipPlace, type ClipReader, notSimple } from "./clip.ts";
import { elementKinds } from "./elements.ts";
import { parseLength } from "./length.ts";
import { type Matrix, multiply, translation } from "./matrix.ts";
import { type Box, diagonalOf } from "./viewport.ts";

/** Shapes of one mask; one with more is not applied. */
const mostShapes = 256;
/** Groups within each other. */
const mostNested = 16;
/** Shares of what shows that count as one: a difference that 8 bits hardly tell. */
const step = 5 / 255;

/** Attributes by which masks and filters say their rectangle. */
const sides = ["x", "y", "width", "height"];

const nothing: ClipOutline = { segments: new SegmentList(), evenOdd: false, shape: null };

/** What is painted so far, and how much more may be. */
interface Painting {
  shown: ClipOutline;
  /** How much of what is below shows there, 0 to 1. */
  level: number;
  /** Whether what is painted lets through what is below, so that more of it would add up. */
  isTranslucent: boolean;
  shapes: number;
}

interface Around {
  readonly style: ElementStyle;
  readonly matrix: Matrix;
  readonly port: ClipPlace["port"];
  /** Of the groups around, 0 to 1. */
  readonly opacity: number;
  /** Whether colours count for nothing. */
  readonly byAlpha: boolean;
}

export class MaskReader {
  readonly #context: ClipContext;
  readonly #clips: ClipReader;
  /** Of masks, each use counted; those after are not applied. */
  #segmentsLeft = maxClipSegments;

  constructor(context: ClipContext, clips: ClipReader) {
    this.#context = context;
    this.#clips = clips;
  }

  /** What a mask leaves of the elements. */
  mask(
    value: string,
    elements: readonly DrawingElement[],
    place: ClipPlace,
  ): readonly DrawingElement[] {
    if (elements.length === 0) return elements;
    const { drops, references } = this.#context;
    const href = urlOf(value);
    const element = href === undefined ? undefined : references.find(href);
    if (href !== undefined && element === undefined) return elements;
    if (element !== undefined && element.name !== "mask") {
      drops.add("missing-reference");
      return elements;
    }
    try {
      if (element === undefined) throw notSimple;
      const { shown, level } = this.#shown(element, place);
      const left = this.#clips.cut(shown, elements, "mask");
      return level === 1 ? left : settleGroup(left, 100 * level, this.#context.options);
    } catch (error) {
      if (error !== notSimple) throw error;
      drops.add("mask");
      return elements;
    }
  }

  #shown(mask: XmlElement, place: ClipPlace): { shown: ClipOutline; level: number } {
    const style = this.#clips.styleOf(mask);
    if (!isPlain(style) || style.own.opacity < 1) throw notSimple;
    let { matrix, port } = place;
    if (attributeOf(mask, "maskContentUnits") === "objectBoundingBox") {
      const box = place.box();
      if (box === null || !(box.width > 0 && box.height > 0)) return { shown: nothing, level: 1 };
      matrix = multiply(matrix, { a: box.width, b: 0, c: 0, d: box.height, e: box.x, f: box.y });
      port = { width: 1, height: 1 };
    }
    const painting: Painting = { shown: nothing, level: 1, isTranslucent: false, shapes: 0 };
    const around = { style, matrix, port, opacity: 1, byAlpha: isByAlpha(mask) };
    for (const child of mask.children) this.#paint(child, around, painting, 0);
    const level = painting.level > 1 - step ? 1 : painting.level;
    // Greys of linear light would be others.
    if (level < 1 && style.inherited.linearLight) throw notSimple;
    return { shown: this.#inRegion(painting.shown, mask, place, style), level };
  }

  #paint(child: XmlElement, around: Around, painting: Painting, depth: number): void {
    const kind = elementKinds.get(child.name);
    if (kind === "skip" || kind === undefined) return;
    const { rules, drops, references } = this.#context;
    const { port } = around;
    const style = computeStyle(child, around.style, rules, diagonalOf(port), drops);
    if (!style.own.displayed) return;
    const toWhite = this.#isAlphaToWhite(style.own.filter);
    if (!(isPlain(style) || (toWhite && isPlain(unfiltered(style)))) || depth > mostNested) {
      throw notSimple;
    }
    let matrix = multiply(around.matrix, this.#clips.transform(style, port));
    const opacity = around.opacity * style.own.opacity;
    const within = { style, port, opacity, byAlpha: around.byAlpha || toWhite };
    if (kind === "group" && child.name === "g") {
      for (const each of child.children) {
        this.#paint(each, { ...within, matrix }, painting, depth + 1);
      }
      return;
    }
    if (kind === "use") {
      const href = hrefOf(child);
      const target = href === undefined ? undefined : references.find(href);
      if (target === undefined) return;
      const length = (name: string, percent: number) =>
        parseLength(attributeOf(child, name) ?? "0", percent, style.inherited.units) ?? 0;
      matrix = multiply(matrix, translation(length("x", port.width), length("y", port.height)));
      this.#paint(target, { ...within, matrix }, painting, depth + 1);
      return;
    }
    if (kind !== "shape") throw notSimple;
    this.#paintShape(child, { ...within, matrix }, painting);
  }

  #paintShape(element: XmlElement, around: Around, painting: Painting): void {
    const { style, matrix, port } = around;
    const { inherited } = style;
    const { fill } = inherited;
    if (!inherited.visible) return;
    if (inherited.stroke.kind !== "none" && inherited.strokeWidth > 0) throw notSimple;
    if (fill.kind === "none") return;
    if (fill.kind !== "color") throw notSimple;
    if (++painting.shapes > mostShapes || this.#segmentsLeft < 0) throw notSimple;
    const outline = this.#context.shapes.outline(element, style, matrix, port);
    if (outline === null) return;
    this.#segmentsLeft -= outline.segments.count;
    const shape = { ...outline, evenOdd: inherited.fillRule === "evenodd" };
    const alpha = fill.alpha * inherited.fillOpacity * around.opacity;
    this.#over(painting, shape, around.byAlpha ? 1 : luminance(fill.rgb), alpha);
  }

  /** @param light 0 to 1, @param alpha 0 to 1 */
  #over(painting: Painting, shape: ClipOutline, light: number, alpha: number): void {
    const { shown, level } = painting;
    const isOpaque = alpha > 1 - step;
    const first = shown.segments.count === 0;
    if (alpha < step || (first && light < step)) return;
    if (first) {
      painting.shown = shape;
      painting.level = light * alpha;
      painting.isTranslucent = !isOpaque;
    } else if (isOpaque && light < step) {
      painting.shown = this.#clips.combined("difference", shown, shape);
    } else if (isOpaque && !painting.isTranslucent && Math.abs(light - level) < step) {
      painting.shown = this.#clips.combined("union", shown, shape);
    } else throw notSimple;
  }

  /** Whether it is the filter by which cairo writes that colours count for nothing. */
  #isAlphaToWhite(value: string): boolean {
    const href = urlOf(value);
    const filter = href === undefined ? undefined : this.#context.references.find(href);
    const [matrix, ...more] = (filter?.children ?? []).filter(({ name }) => name !== "");
    if (filter?.name !== "filter" || matrix?.name !== "feColorMatrix" || more.length > 0) {
      return false;
    }
    return holdsAll(filter) && isAlphaToWhite(matrix);
  }

  /** Nothing shows beyond the mask's own rectangle, where one is given. */
  #inRegion(
    shown: ClipOutline,
    mask: XmlElement,
    place: ClipPlace,
    { inherited }: ElementStyle,
  ): ClipOutline {
    const given = sides.map((name) => attributeOf(mask, name));
    if (given.every((value) => value === undefined) || shown.segments.count === 0) return shown;
    const byBox = attributeOf(mask, "maskUnits") !== "userSpaceOnUse";
    const box = byBox ? place.box() : null;
    if (byBox && box === null) return nothing;
    const port = byBox ? { width: 1, height: 1 } : place.port;
    const region = ["-10%", "-10%", "120%", "120%"].map((initial, i) =>
      parseLength(given[i] ?? initial, i % 2 === 0 ? port.width : port.height, inherited.units),
    );
    const [x, y, width, height] = region;
    if (x === undefined || y === undefined || width === undefined || height === undefined) {
      throw notSimple;
    }
    const segments = new SegmentList();
    traceShape({ kind: "rect", ...inBox({ x, y, width, height }, box), rx: 0, ry: 0 }, segments);
    const outline = { segments: mapSegments(segments, place.matrix), evenOdd: false, shape: null };
    if (fillCovers(outline.segments, false, shrunk(pathBounds(shown.segments)))) return shown;
    return this.#clips.combined("intersection", shown, outline);
  }
}

function inBox(region: Box, box: Box | null): Box {
  if (box === null) return region;
  return {
    x: box.x + region.x * box.width,
    y: box.y + region.y * box.height,
    width: region.width * box.width,
    height: region.height * box.height,
  };
}

/** By rounding's share. */
function shrunk({ left, top, right, bottom }: ReturnType<typeof pathBounds>) {
  const x = Math.min(0.5, (right - left) / 2);
  const y = Math.min(0.5, (bottom - top) / 2);
  return { left: left + x, top: top + y, right: right - x, bottom: bottom - y };
}

/** Nothing but a fill, an opacity and a transform. */
function isPlain({ own }: ElementStyle): boolean {
  return own.mask === "none" && own.clipPath === "none" && own.filter === "none" && !own.blended;
}

function unfiltered(style: ElementStyle): ElementStyle {
  return { ...style, own: Object.assign(style.own.copy(), { filter: "none" }) };
}

function isByAlpha(mask: XmlElement): boolean {
  const written = attributeOf(mask, "mask-type");
  const inStyle = /(?:^|;)\s*mask-type\s*:\s*([\w-]+)/i.exec(attributeOf(mask, "style") ?? "")?.[1];
  return (inStyle ?? written ?? "").trim().toLowerCase() === "alpha";
}

/** Of the whole picture that the filter is put on, and to all of its region. */
function isAlphaToWhite(matrix: XmlElement): boolean {
  const said = (name: string) => attributeOf(matrix, name)?.trim();
  if ((said("type") ?? "matrix") !== "matrix") return false;
  if ((said("in") ?? "SourceGraphic") !== "SourceGraphic") return false;
  if (sides.some((name) => said(name) !== undefined)) return false;
  const values = (said("values") ?? "").split(/[\s,]+/);
  return values.map(Number).join(" ") === alphaToWhite;
}

/** Red, green and blue are 1 everywhere, and alpha is what it was. */
const alphaToWhite = "0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 0";

/** Whether a filter's region is no less than what it is put on: as where it is not told, or exactly that. */
function holdsAll(filter: XmlElement): boolean {
  const said = sides.map((name) => attributeOf(filter, name));
  const isWhole = said.every((value, i) => (i < 2 ? /^0%?$/ : /^(1|100%)$/).test(value ?? ""));
  const isNotTold = said.every((value) => value === undefined);
  return (isWhole || isNotTold) && attributeOf(filter, "filterUnits") !== "userSpaceOnUse";
}

/** By how much a colour shows what is below it, 0 to 1. */
function luminance(rgb: number): number {
  const [red, green, blue] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
