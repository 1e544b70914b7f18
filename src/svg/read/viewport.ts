/** View boxes and how they are fitted into viewports (SVG 2, chapter 8). */
import { parseNumbers } from "./length.ts";
import { type Matrix, multiply, scaling, translation } from "./matrix.ts";

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

/** Takes the view box's coordinates to those in which the viewport lies at `port`. */
export function fitViewBox(box: Box, port: Box, preserveAspectRatio: string): Matrix {
  let x = port.width / box.width;
  let y = port.height / box.height;
  const [align = "xMidYMid", meet = "meet"] = preserveAspectRatio
    .trim()
    .replace(/^defer\s+/, "")
    .split(/\s+/);
  if (align !== "none") x = y = meet === "slice" ? Math.max(x, y) : Math.min(x, y);
  const share = (part: string) => (part === "Min" ? 0 : part === "Max" ? 1 : 0.5);
  const parts = /^x(Min|Mid|Max)Y(Min|Mid|Max)$/.exec(align);
  const spareX = (port.width - box.width * x) * share(parts?.[1] ?? "Mid");
  const spareY = (port.height - box.height * y) * share(parts?.[2] ?? "Mid");
  const placed = multiply(translation(port.x, port.y), translation(spareX, spareY));
  return multiply(multiply(placed, scaling(x, y)), translation(-box.x, -box.y));
}

/** What a percentage of a length without direction is of. */
export function diagonalOf({ width, height }: { width: number; height: number }): number {
  return Math.sqrt((width * width + height * height) / 2);
}
