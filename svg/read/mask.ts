/**
 * Masks (CSS Masking 1) that are plain shapes: opaque ones in white, which show what is below them, and in
 * black, which hide it. Such a mask is a clip; others are counted.
 */

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
/** Channels from here on are white, and up to 255 less of it black. */
const white = 250;

const nothing: ClipOutline = { segments: new SegmentList(), evenOdd: false, shape: null };

/** What is painted so far, and how much more may be. */
interface Painting {
  shown: ClipOutline;
  readonly byAlpha: boolean;
  shapes: number;
}

interface Around {
  readonly style: ElementStyle;
  readonly matrix: Matrix;
  readonly port: ClipPlace["port"];
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
      return this.#clips.cut(this.#shown(element, place), elements, "mask");
    } catch (error) {
      if (error !== notSimple) throw error;
      drops.add("mask");
      return elements;
    }
  }

  #shown(mask: XmlElement, place: ClipPlace): ClipOutline {
    const style = this.#clips.styleOf(mask);
    if (!isPlain(style)) throw notSimple;
    let { matrix, port } = place;
    if (attributeOf(mask, "maskContentUnits") === "objectBoundingBox") {
      const box = place.box();
      if (box === null || !(box.width > 0 && box.height > 0)) return nothing;
      matrix = multiply(matrix, { a: box.width, b: 0, c: 0, d: box.height, e: box.x, f: box.y });
      port = { width: 1, height: 1 };
    }
    const painting: Painting = { shown: nothing, byAlpha: isByAlpha(mask), shapes: 0 };
    for (const child of mask.children) this.#paint(child, { style, matrix, port }, painting, 0);
    return this.#inRegion(painting.shown, mask, place, style);
  }

  #paint(child: XmlElement, around: Around, painting: Painting, depth: number): void {
    const kind = elementKinds.get(child.name);
    if (kind === "skip" || kind === undefined) return;
    const { rules, drops, references } = this.#context;
    const { port } = around;
    const style = computeStyle(child, around.style, rules, diagonalOf(port), drops);
    if (!style.own.displayed) return;
    if (!isPlain(style) || depth > mostNested) throw notSimple;
    let matrix = multiply(around.matrix, this.#clips.transform(style, port));
    if (kind === "group" && child.name === "g") {
      for (const each of child.children) {
        this.#paint(each, { style, matrix, port }, painting, depth + 1);
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
      this.#paint(target, { style, matrix, port }, painting, depth + 1);
      return;
    }
    if (kind !== "shape") throw notSimple;
    this.#paintShape(child, { style, matrix, port }, painting);
  }

  #paintShape(element: XmlElement, { style, matrix, port }: Around, painting: Painting): void {
    const { inherited } = style;
    const { fill } = inherited;
    if (!inherited.visible) return;
    if (inherited.stroke.kind !== "none" && inherited.strokeWidth > 0) throw notSimple;
    if (fill.kind === "none") return;
    if (fill.kind !== "color" || fill.alpha * inherited.fillOpacity < 1) throw notSimple;
    if (++painting.shapes > mostShapes || this.#segmentsLeft < 0) throw notSimple;
    const outline = this.#context.shapes.outline(element, style, matrix, port);
    if (outline === null) return;
    this.#segmentsLeft -= outline.segments.count;
    const shape = { ...outline, evenOdd: inherited.fillRule === "evenodd" };
    const shows = painting.byAlpha ? true : showing(fill.rgb);
    if (shows === null) throw notSimple;
    const { shown } = painting;
    if (shows) {
      const first = shown.segments.count === 0;
      painting.shown = first ? shape : this.#clips.combined("union", shown, shape);
    } else if (shown.segments.count > 0) {
      painting.shown = this.#clips.combined("difference", shown, shape);
    }
  }

  /** Nothing shows beyond the mask's own rectangle, where one is given. */
  #inRegion(
    shown: ClipOutline,
    mask: XmlElement,
    place: ClipPlace,
    { inherited }: ElementStyle,
  ): ClipOutline {
    const given = ["x", "y", "width", "height"].map((name) => attributeOf(mask, name));
    if (given.every((value) => value === undefined) || shown.segments.count === 0) return shown;
    const byBox = attributeOf(mask, "maskUnits") !== "userSpaceOnUse";
    const box = byBox ? place.box() : null;
    if (byBox && box === null) return nothing;
    const port = byBox ? { width: 1, height: 1 } : place.port;
    const sides = ["-10%", "-10%", "120%", "120%"].map((initial, i) =>
      parseLength(given[i] ?? initial, i % 2 === 0 ? port.width : port.height, inherited.units),
    );
    const [x, y, width, height] = sides;
    if (x === undefined || y === undefined || width === undefined || height === undefined) {
      throw notSimple;
    }
    const region = inBox({ x, y, width, height }, box);
    const segments = new SegmentList();
    traceShape({ kind: "rect", ...region, rx: 0, ry: 0 }, segments);
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

/** Nothing but a fill and a transform. */
function isPlain({ own }: ElementStyle): boolean {
  return (
    own.opacity === 1 &&
    own.mask === "none" &&
    own.clipPath === "none" &&
    own.filter === "none" &&
    !own.blended
  );
}

function isByAlpha(mask: XmlElement): boolean {
  const written = attributeOf(mask, "mask-type");
  const inStyle = /(?:^|;)\s*mask-type\s*:\s*([\w-]+)/i.exec(attributeOf(mask, "style") ?? "")?.[1];
  return (inStyle ?? written ?? "").trim().toLowerCase() === "alpha";
}

/** Whether a colour shows what is below it; null for one that shows it in part. */
function showing(rgb: number): boolean | null {
  const channels = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  if (channels.every((channel) => channel >= white)) return true;
  return channels.every((channel) => channel <= 255 - white) ? false : null;
}
