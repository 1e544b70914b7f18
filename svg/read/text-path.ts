/** The path that text runs along, written anew: within bounds, whatever its data and transform say. */
import { maxTextPathReach, maxTextPathSegments } from "../limits.ts";
import { pathBounds } from "../path/bounds.ts";
import { mapSegments } from "../path/map.ts";
import { parsePath } from "../path/parse.ts";
import { SegmentList, segmentLength } from "../path/segments.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf } from "./attributes.ts";
import { identity } from "./matrix.ts";
import { parseTransform } from "./transform.ts";

/** Path data in the coordinates of the text; null where it is none, or would cost too much to run along. */
export function textPathData(path: XmlElement | undefined): string | null {
  const data = path?.name === "path" ? attributeOf(path, "d") : undefined;
  if (data === undefined) return null;
  const written = new SegmentList();
  if (parsePath(data, written, maxTextPathSegments) === "limit") return null;
  const matrix = parseTransform(attributeOf(path!, "transform") ?? "") ?? identity;
  const segments = mapSegments(written, matrix);
  return isWithin(segments) ? dataOf(segments) : null;
}

/** The length of a curve is found by halving it, the more often the larger it is. */
function isWithin(segments: SegmentList): boolean {
  const { left, top, right, bottom } = pathBounds(segments);
  const most = maxTextPathReach;
  return left >= -most && top >= -most && right <= most && bottom <= most;
}

const letters = "MLQCAZ";

function dataOf({ types, values, count }: SegmentList): string {
  const parts: string[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = segmentLength[types[i]!]!;
    parts.push(letters[types[i]!]! + values.subarray(at, at + length).join(" "));
    at += length;
  }
  return parts.join("");
}
