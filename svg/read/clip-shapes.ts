/** The basic shapes of CSS (CSS Shapes 1) as outlines: what `clip-path` may say in place of a reference. */
import type { ClipOutline } from "../canonical/intersect.ts";
import { traceShape } from "../canonical/outline.ts";
import { mapSegments } from "../path/map.ts";
import { parsePath } from "../path/parse.ts";
import { SegmentList } from "../path/segments.ts";
import { splitAtSpaces } from "./css-transform.ts";
import { mapShape, staysShape } from "./geometry.ts";
import { type LengthUnits, parseLength } from "./length.ts";
import { type Matrix, translation } from "./matrix.ts";
import { type Box, diagonalOf } from "./viewport.ts";

/** Segments of one outline. */
const mostSegments = 2 ** 14;

export interface BasicShape {
  /** In the coordinates of the box. */
  readonly segments: SegmentList;
  readonly evenOdd: boolean;
}

/** undefined where the value is no basic shape, or one that is not understood. */
export function readBasicShape(
  value: string,
  box: Box,
  units: LengthUnits,
): BasicShape | undefined {
  const match = /^(inset|circle|ellipse|polygon|path)\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/is.exec(
    value.trim(),
  );
  if (match === null) return undefined;
  const [, name, inside = ""] = match;
  const segments = new SegmentList();
  const shape = new ShapeWriter(box, units, segments);
  switch (name!.toLowerCase()) {
    case "inset":
      return shape.inset(inside) ? { segments, evenOdd: false } : undefined;
    case "circle":
      return shape.ellipse(inside, 1) ? { segments, evenOdd: false } : undefined;
    case "ellipse":
      return shape.ellipse(inside, 2) ? { segments, evenOdd: false } : undefined;
    default: {
      const rule = /^\s*(evenodd|nonzero)\s*,/i.exec(inside);
      const rest = rule === null ? inside : inside.slice(rule[0].length);
      const drawn = name!.toLowerCase() === "path" ? shape.path(rest) : shape.polygon(rest);
      return drawn ? { segments, evenOdd: rule?.[1]?.toLowerCase() === "evenodd" } : undefined;
    }
  }
}

/** A viewport as what its contents are clipped to, on the grid. */
export function boxOutline({ x, y, width, height }: Box, matrix: Matrix): ClipOutline {
  const rect = { kind: "rect", x, y, width, height, rx: 0, ry: 0 } as const;
  const segments = new SegmentList();
  traceShape(rect, segments);
  const kept = staysShape(rect, matrix, false) ? mapShape(rect, matrix) : null;
  return { segments: mapSegments(segments, matrix), evenOdd: false, shape: kept };
}

class ShapeWriter {
  readonly #box: Box;
  readonly #units: LengthUnits;
  readonly #out: SegmentList;

  constructor(box: Box, units: LengthUnits, out: SegmentList) {
    this.#box = box;
    this.#units = units;
    this.#out = out;
  }

  #length(text: string | undefined, percent: number): number | undefined {
    return text === undefined ? undefined : parseLength(text, percent, this.#units, false);
  }

  inset(inside: string): boolean {
    const { x, y, width, height } = this.#box;
    const [sides = "", corners] = inside.split(/\bround\b/i, 2);
    const words = splitAtSpaces(sides);
    const [top, right = top, bottom = top, left = right] = words;
    const [t, b] = [this.#length(top, height), this.#length(bottom, height)];
    const [r, l] = [this.#length(right, width), this.#length(left, width)];
    if (t === undefined || r === undefined || b === undefined || l === undefined) return false;
    const radii = splitAtSpaces(corners ?? "0");
    const radius = this.#length(radii[0], width);
    // Corners that differ are not understood.
    if (words.length > 4 || radius === undefined || !radii.every((each) => each === radii[0])) {
      return false;
    }
    const [w, h] = [Math.max(0, width - l - r), Math.max(0, height - t - b)];
    const rx = Math.min(radius, w / 2, h / 2);
    if (w === 0 || h === 0) return true;
    traceShape({ kind: "rect", x: x + l, y: y + t, width: w, height: h, rx, ry: rx }, this.#out);
    return true;
  }

  /** @param radii how many the function takes */
  ellipse(inside: string, radii: 1 | 2): boolean {
    const { x, y, width, height } = this.#box;
    const [sizes = "", place = "center"] = inside.split(/\bat\b/i, 2);
    const at = this.#position(splitAtSpaces(place.toLowerCase()));
    if (at === undefined) return false;
    const words = splitAtSpaces(sizes.toLowerCase());
    if (words.length > radii || (radii === 2 && words.length === 1)) return false;
    const [dx, dy] = [at.x - x, at.y - y];
    const side = (word: string, percent: number, near: number, far: number) => {
      if (word === "closest-side") return near;
      return word === "farthest-side" ? far : this.#length(word, percent);
    };
    const nearX = Math.min(Math.abs(dx), Math.abs(width - dx));
    const nearY = Math.min(Math.abs(dy), Math.abs(height - dy));
    const farX = Math.max(Math.abs(dx), Math.abs(width - dx));
    const farY = Math.max(Math.abs(dy), Math.abs(height - dy));
    const [first = "closest-side", second = "closest-side"] = words;
    const one = radii === 1;
    const diagonal = diagonalOf(this.#box);
    const rx = one
      ? side(first, diagonal, Math.min(nearX, nearY), Math.max(farX, farY))
      : side(first, width, nearX, farX);
    const ry = one ? rx : side(second, height, nearY, farY);
    if (rx === undefined || ry === undefined || rx < 0 || ry < 0) return false;
    if (rx > 0 && ry > 0) {
      traceShape({ kind: "ellipse", cx: at.x, cy: at.y, rx, ry }, this.#out);
    }
    return true;
  }

  #position(words: readonly string[]): { x: number; y: number } | undefined {
    if (words.length < 1 || words.length > 2) return undefined;
    const upright = /^(top|bottom)$/.test(words[0]!) || /^(left|right)$/.test(words[1] ?? "");
    const [first = "center", second = "center"] = upright ? [words[1], words[0]] : words;
    const { x, y, width, height } = this.#box;
    const u = this.#length(sides.get(first) ?? first, width);
    const v = this.#length(sides.get(second) ?? second, height);
    return u === undefined || v === undefined ? undefined : { x: x + u, y: y + v };
  }

  polygon(inside: string): boolean {
    const { x, y, width, height } = this.#box;
    const corners = inside.split(",", mostSegments).map(splitAtSpaces);
    const points = corners.map(([u, v, ...more]) => ({
      x: this.#length(u, width),
      y: this.#length(v, height),
      more: more.length,
    }));
    if (!points.every((p) => p.x !== undefined && p.y !== undefined && p.more === 0)) return false;
    points.forEach((p, i) => {
      if (i === 0) this.#out.move(x + p.x!, y + p.y!);
      else this.#out.line(x + p.x!, y + p.y!);
    });
    this.#out.close();
    return true;
  }

  path(inside: string): boolean {
    const data = /^\s*(?:"([^"]*)"|'([^']*)')\s*$/.exec(inside);
    if (data === null) return false;
    const path = new SegmentList();
    if (parsePath(data[1] ?? data[2] ?? "", path, mostSegments) !== "none") return false;
    // It is written in pixels from the corner of its box.
    const { x, y } = this.#box;
    copyMoved(path, x, y, this.#out);
    return true;
  }
}

function copyMoved(path: SegmentList, x: number, y: number, out: SegmentList): void {
  const moved = mapSegments(path, translation(x, y));
  out.types = moved.types;
  out.values = moved.values;
  out.count = moved.count;
  out.size = moved.size;
}

const sides = new Map([
  ["left", "0%"],
  ["top", "0%"],
  ["center", "50%"],
  ["right", "100%"],
  ["bottom", "100%"],
]);
