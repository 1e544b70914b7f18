/**
 * Outlines that reach too far for the canonical form are cut off, well beyond the canvas. What can be
 * seen is the same: a hill that is part of a huge circle, or a ground without end.
 */
import type { Appearance, PathCommand } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import { coordinateRange } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { type ClipBox, clipOutline } from "../path/clip.ts";
import { mapSegments } from "../path/map.ts";
import { type SegmentList, segment } from "../path/segments.ts";
import { identity, type Matrix } from "../read/matrix.ts";
import { canonicalPath } from "./path.ts";

/** In grids: numbers beyond are too coarse to tell where on the canvas an outline runs. */
const farthest = 1e8;
/** Strokes up to this many grids wide do not show where an outline was cut off. */
const widest = 4;

/** Whether a coordinate, in grid units, is one that can be computed with. */
export function isNear(value: number, grid: number): boolean {
  return Math.abs(value) <= farthest * grid;
}

/** Half of the range of coordinates, which leaves room for rounding. */
export function rangeBox(grid: number): ClipBox {
  const most = (coordinateRange / 2) * grid;
  return { left: -most, top: -most, right: most, bottom: most };
}

/**
 * The path on the grid, as far as it is in range.
 *
 * @param matrix from the segments' coordinates to the grid
 * @returns null where nothing is drawn
 */
export function pathInRange(
  segments: SegmentList,
  matrix: Matrix,
  appearance: Appearance,
  options: CanonicalOptions,
  drops: DropCounter,
): PathCommand[] | null {
  const commands = canonicalPath(segments, matrix, options);
  if (commands !== undefined) return commands.length === 0 ? null : commands;
  const image = mapSegments(segments, matrix);
  for (let i = 0; i < image.size; i++) {
    if (isNear(image.values[i]!, options.grid)) continue;
    drops.add("out-of-range");
    return null;
  }
  const { fill, stroke } = appearance;
  const near = clipOutline(image, rangeBox(options.grid), stroke === null);
  if (stroke !== null) {
    const shows =
      stroke.width > widest * options.grid ||
      // Dashes begin where the outline does, and a fill closes it.
      stroke.dashes.length > 0 ||
      (fill !== null && isOpen(segments));
    if (shows) drops.add("out-of-range");
  }
  const written = canonicalPath(near, identity, options);
  return written === undefined || written.length === 0 ? null : written;
}

function isOpen({ types, count }: SegmentList): boolean {
  for (let i = 1; i <= count; i++) {
    const ends = i === count || types[i] === segment.move;
    if (ends && types[i - 1] !== segment.close) return true;
  }
  return false;
}
