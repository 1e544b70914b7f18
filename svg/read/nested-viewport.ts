/** Viewports within the drawing: a nested `svg`, or a symbol where it is used (SVG 2, chapter 8). */
import type { DropCounter } from "../drops.ts";
import type { ElementStyle } from "../style/computed.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf } from "./attributes.ts";
import { parseLength } from "./length.ts";
import { type Matrix, multiply } from "./matrix.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Box, fitViewBox, readViewBox } from "./viewport.ts";

export interface NestedViewport {
  /** Where it lies, in the coordinates around it. */
  readonly outer: Box;
  /** What it holds, in its own coordinates. */
  readonly inner: Box;
  /** From its own coordinates to the grid. */
  readonly matrix: Matrix;
}

/**
 * @param sized the element whose width and height count first: the `use`, or the viewport itself.
 * @returns null for one without area.
 */
export function readViewport(
  element: XmlElement,
  sized: XmlElement,
  style: ElementStyle,
  { port, matrix }: Surroundings,
  drops: DropCounter,
): NestedViewport | null {
  const own = (name: string, percent: number) => ownLength(element, name, percent, style);
  const size = (name: string, percent: number) =>
    ownLength(sized, name, percent, style) ?? own(name, percent) ?? percent;
  const width = size("width", port.width);
  const height = size("height", port.height);
  const [x, y] = [own("x", port.width) ?? 0, own("y", port.height) ?? 0];
  if (!(width > 0 && height > 0)) return null;
  const box = readViewBox(element, drops);
  if (box === null) return null;
  const outer: Box = { x, y, width, height };
  const inner: Box = box ?? { x: 0, y: 0, width, height };
  const fitted = fitViewBox(inner, outer, attributeOf(element, "preserveAspectRatio") ?? "");
  return { outer, inner, matrix: multiply(matrix, fitted) };
}

/** As a style sheet sets it, or the attribute; undefined where neither does. */
export function ownLength(
  element: XmlElement,
  name: string,
  percent: number,
  style: ElementStyle,
): number | undefined {
  const value = style.own.geometry?.get(name) ?? attributeOf(element, name);
  return value === undefined ? undefined : parseLength(value, percent, style.inherited.units);
}
