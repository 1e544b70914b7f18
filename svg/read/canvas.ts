/** The outermost viewport: its size, and the map of its contents to the grid. */
import { DropCounter } from "../drops.ts";
import { computeStyle, type RuleMatcher } from "../style/cascade.ts";
import { noStyle } from "../style/computed.ts";
import type { XmlElement } from "../xml/element.ts";
import type { Source } from "../xml/source.ts";
import { attributeOf } from "./attributes.ts";
import { initialUnits, type LengthUnits, parseLength } from "./length.ts";
import { isFiniteMatrix, type Matrix, multiply, scaling } from "./matrix.ts";
import { type Box, fitViewBox, readViewBox } from "./viewport.ts";

export interface Canvas {
  /** In grid units. */
  readonly width: number;
  readonly height: number;
  /** From the contents' coordinates to the grid. */
  readonly matrix: Matrix;
  /** Grid units of a pixel of the viewport. */
  readonly scale: number;
  /** Size in the contents' coordinates, which percentages refer to. */
  readonly inner: { readonly width: number; readonly height: number };
  /** Size of the viewport, in pixels. */
  readonly outer: { readonly width: number; readonly height: number };
}

/** What the root's own size is read by. */
export interface RootLengths {
  readonly units: LengthUnits;
  /** What style sheets set, by attribute name. */
  readonly geometry: ReadonlyMap<string, string> | null;
}

/** What CSS gives to an image that does not say its size. */
const defaultSize = { width: 300, height: 150 };

/** Lengths of the root before its size is known, by which it may be given. */
export function rootLengths(root: XmlElement, rules: RuleMatcher | null): RootLengths {
  const plain = rules === null && attributeOf(root, "style") === undefined;
  if (plain && attributeOf(root, "font-size") === undefined) {
    return { units: initialUnits, geometry: null };
  }
  const { inherited, own } = computeStyle(root, noStyle, rules, 0, new DropCounter());
  return { units: { ...inherited.units, rem: inherited.units.em }, geometry: own.geometry };
}

/** @throws SvgError `view-box` where the viewport has no area. */
export function readCanvas(
  root: XmlElement,
  grid: number,
  lengths: RootLengths,
  source: Source,
  drops: DropCounter,
): Canvas {
  const box = readViewBox(root, drops);
  const width = absoluteLength(root, "width", lengths);
  const height = absoluteLength(root, "height", lengths);
  if (box === null || width === 0 || height === 0) {
    const what = box === null ? "view box" : "drawing";
    throw source.error(
      "view-box",
      `the ${what} has no area: give it a width and height`,
      root.offset,
    );
  }
  const outer = outerSize(box, width, height);
  const longer = Math.max(outer.width, outer.height);
  const scale = grid / longer;
  const inner = box ?? outer;
  const aspect = attributeOf(root, "preserveAspectRatio") ?? "";
  const port: Box = { x: 0, y: 0, ...outer };
  const fitted = box === undefined ? undefined : fitViewBox(box, port, aspect);
  const matrix =
    fitted === undefined ? scaling(scale, scale) : multiply(scaling(scale, scale), fitted);
  if (!(scale > 0 && isFiniteMatrix(matrix))) {
    throw source.error("view-box", "the size of the drawing is out of range", root.offset);
  }
  return {
    width: Math.max(1, Math.round(outer.width * scale)),
    height: Math.max(1, Math.round(outer.height * scale)),
    matrix,
    scale,
    inner: { width: inner.width, height: inner.height },
    outer,
  };
}

/** undefined where the length is relative to what is around the drawing, or invalid. */
function absoluteLength(
  root: XmlElement,
  name: string,
  { geometry, units }: RootLengths,
): number | undefined {
  const value = geometry?.get(name) ?? attributeOf(root, name);
  if (value === undefined || value.includes("%")) return undefined;
  const length = parseLength(value, 0, units);
  return length !== undefined && length >= 0 ? length : undefined;
}

/** A size that is missing follows from the other and the view box's aspect. */
function outerSize(
  box: Box | undefined,
  width: number | undefined,
  height: number | undefined,
): { width: number; height: number } {
  if (box === undefined) {
    return { width: width ?? defaultSize.width, height: height ?? defaultSize.height };
  }
  if (width !== undefined && height !== undefined) return { width, height };
  return { width: box.width, height: box.height };
}
