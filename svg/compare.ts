/** Compares drawings field by field, and says where they part. */
import { canonicalise } from "./canonical/canonicalise.ts";
import type { Drawing } from "./drawing.ts";
import type { CanonicalOptions } from "./options.ts";

/**
 * Whether two canonical drawings are the same, field by field.
 * @example
 * const [one, other] = ["M5 12h14", "M5 12H19"].map(
 *   (d) => parseDrawing(`<svg viewBox="0 0 24 24"><path d="${d}"/></svg>`).drawing,
 * );
 * console.log(drawingsEqual(one!, other!)); // true
 */
export function drawingsEqual(a: Drawing, b: Drawing): boolean {
  return firstDifference(a, b, "") === null;
}

/**
 * Why a drawing is not canonical under the options, by the first field that canonicalising changes,
 * as in `elements[2].stroke.width is 2.3, canonically 2.25`; null where it is.
 *
 * @throws SvgError as `canonicalise` does
 */
export function isCanonical(
  drawing: Drawing,
  options: Partial<CanonicalOptions> = {},
): string | null {
  return firstDifference(drawing, canonicalise(drawing, options), "");
}

function firstDifference(a: unknown, b: unknown, path: string): string | null {
  if (a === b) return null;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return `${path} is ${shown(a)}, canonically ${shown(b)}`;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const difference = firstDifference(a[i], b[i], `${path}[${i}]`);
      if (difference !== null) return difference;
    }
    if (a.length === b.length) return null;
    return `${path} has ${a.length} entries, canonically ${b.length}`;
  }
  return recordDifference(a as Fields, b as Fields, path);
}

type Fields = Readonly<Record<string, unknown>>;

function recordDifference(a: Fields, b: Fields, path: string): string | null {
  for (const key in a) {
    const difference = firstDifference(a[key], b[key], path === "" ? key : `${path}.${key}`);
    if (difference !== null) return difference;
  }
  for (const key in b) {
    if (!(key in a)) return `${path === "" ? key : `${path}.${key}`} is missing`;
  }
  return null;
}

function shown(value: unknown): string {
  return value === undefined ? "absent" : (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
