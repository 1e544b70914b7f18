/** View boxes and how they are fitted into viewports (SVG 2, chapter 8). */
import type { DropCounter } from "../drops.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf } from "./attributes.ts";
import { parseNumbers } from "./length.ts";
import type { Matrix } from "./matrix.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** null for a view box without area, undefined for a value that is none. */
export function parseViewBox(value: string): Box | null | undefined {
  const numbers = parseNumbers(value, 4);
  if (numbers === undefined || numbers.length !== 4) return undefined;
  const [x, y, width, height] = numbers as [number, number, number, number];
  if (!numbers.every(Number.isFinite) || width < 0 || height < 0) return undefined;
  return width === 0 || height === 0 ? null : { x, y, width, height };
}

/** As an element says it: undefined where it says none, or an invalid one, which is counted. */
export function readViewBox(element: XmlElement, drops: DropCounter): Box | null | undefined {
  const value = attributeOf(element, "viewBox");
  if (value === undefined) return undefined;
  const box = parseViewBox(value);
  if (box === undefined) drops.add("invalid-value");
  return box;
}

/** Takes the view box's coordinates to those in which the viewport lies at `port`. */
export function fitViewBox(box: Box, port: Box, preserveAspectRatio: string): Matrix {
  const { alignX, alignY, fit } = parseAspect(preserveAspectRatio);
  let x = port.width / box.width;
  let y = port.height / box.height;
  if (fit !== "none") x = y = fit === "slice" ? Math.max(x, y) : Math.min(x, y);
  const spareX = (port.width - box.width * x) * alignX;
  const spareY = (port.height - box.height * y) * alignY;
  const e = port.x + spareX - box.x * x;
  return { a: x, b: 0, c: 0, d: y, e, f: port.y + spareY - box.y * y };
}

interface Aspect {
  /** The share of the spare room that stands before the contents. */
  readonly alignX: number;
  readonly alignY: number;
  readonly fit: "meet" | "slice" | "none";
}

const centred: Aspect = { alignX: 0.5, alignY: 0.5, fit: "meet" };

/** What is no valid value is taken for the initial one. */
function parseAspect(value: string): Aspect {
  if (value === "") return centred;
  if (/^\s*none\b/.test(value)) return { ...centred, fit: "none" };
  const form = /^\s*(?:defer\s+)?x(Min|Mid|Max)Y(Min|Mid|Max)(?:\s+(meet|slice))?\s*$/;
  const parts = form.exec(value);
  if (parts === null) return centred;
  const share = (part: string | undefined) => (part === "Min" ? 0 : part === "Max" ? 1 : 0.5);
  const fit = parts[3] === "slice" ? "slice" : "meet";
  return { alignX: share(parts[1]), alignY: share(parts[2]), fit };
}

/** Larger by so much on each side. */
export function grown({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** What a percentage of a length without direction is of. */
export function diagonalOf({ width, height }: { width: number; height: number }): number {
  return Math.sqrt((width * width + height * height) / 2);
}
