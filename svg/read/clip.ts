/** Clips that take nothing away, as programs write around every drawing, are no loss. */
import { extentOf } from "../canonical/extent.ts";
import type { DrawingElement } from "../drawing.ts";
import { Bounds } from "../path/bounds.ts";
import { urlOf } from "../style/paint.ts";
import { attributeOf } from "./attributes.ts";
import { parseLength, rootFontSize } from "./length.ts";
import type { Matrix } from "./matrix.ts";
import type { References } from "./references.ts";
import type { Box } from "./viewport.ts";

/** Grid units by which a drawing may reach beyond its clip: rounding's share. */
const tolerance = 1;

/**
 * Whether a box, mapped to the grid, leaves all of the elements that the canvas shows.
 *
 * @param canvas size of the drawing in grid units
 */
export function boxShowsAll(
  box: Box,
  matrix: Matrix,
  elements: readonly DrawingElement[],
  canvas: { readonly width: number; readonly height: number },
): boolean {
  const upright = (matrix.b === 0 && matrix.c === 0) || (matrix.a === 0 && matrix.d === 0);
  if (!upright) return false;
  const bounds = new Bounds();
  bounds.addBox(box.x, box.y, box.width, box.height);
  const clip = bounds.mapped(matrix);
  const extent = extentOf(elements);
  if (extent.empty) return true;
  return (
    clip.left <= Math.max(extent.left, 0) + tolerance &&
    clip.top <= Math.max(extent.top, 0) + tolerance &&
    clip.right >= Math.min(extent.right, canvas.width) - tolerance &&
    clip.bottom >= Math.min(extent.bottom, canvas.height) - tolerance
  );
}

/** The box of a clip path that is a single upright rectangle in user coordinates. */
export function clipBox(value: string, references: References): Box | undefined {
  const href = urlOf(value);
  const element = href === undefined ? undefined : references.find(href);
  if (element?.name !== "clipPath" || element.children.length !== 1) return undefined;
  const [only] = element.children;
  const plain = (name: string) => attributeOf(element, name) ?? attributeOf(only!, name);
  if (plain("transform") !== undefined || plain("clip-path") !== undefined) return undefined;
  if (attributeOf(element, "clipPathUnits") === "objectBoundingBox") return undefined;
  if (attributeOf(only!, "rx") !== undefined || attributeOf(only!, "ry") !== undefined)
    return undefined;
  if (only!.name === "path") return pathBox(attributeOf(only!, "d") ?? "");
  if (only!.name !== "rect") return undefined;
  const length = (name: string) => {
    const text = attributeOf(only!, name);
    return text === undefined ? 0 : parseLength(text, Number.NaN, rootFontSize);
  };
  const [x, y, width, height] = [length("x"), length("y"), length("width"), length("height")];
  if (x === undefined || y === undefined || width === undefined || height === undefined) {
    return undefined;
  }
  return { x, y, width, height };
}

/** Characters of a path that may be a box. */
const longestBoxPath = 128;

/** The box of a path such as `M0 0h24v24H0z`, which icon editors clip by. */
function pathBox(data: string): Box | undefined {
  if (data.length > longestBoxPath) return undefined;
  const number = "\\s*(-?[\\d.]+)\\s*";
  const form = new RegExp(`^\\s*M${number}[ ,]?${number}h${number}v${number}H${number}z\\s*$`, "i");
  const match = form.exec(data);
  if (match === null || !data.includes("h") || !data.includes("v")) return undefined;
  const [x, y, width, height, back] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const returns = data.includes("H") && back === x;
  return returns && width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
