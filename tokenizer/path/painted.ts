/**
 * Shapes with their appearance, key by key: where shapes of all kinds pass, a copy by spreading takes
 * several times as long as all the rest of decoding.
 */
import type { Appearance, PathCommand, Point, Shape } from "../../svg/index.ts";
import type { Geometry, OutlineKind } from "./production.ts";

export function paintedShape(geometry: Geometry, look: Appearance): Shape {
  const { fill, fillRule, fillOpacity, stroke, opacity } = look;
  switch (geometry.kind) {
    case "circle": {
      const { kind, cx, cy, r } = geometry;
      return { kind, cx, cy, r, fill, fillRule, fillOpacity, stroke, opacity };
    }
    case "ellipse": {
      const { kind, cx, cy, rx, ry } = geometry;
      return { kind, cx, cy, rx, ry, fill, fillRule, fillOpacity, stroke, opacity };
    }
    case "rect": {
      const { kind, x, y, width, height, rx, ry } = geometry;
      return { kind, x, y, width, height, rx, ry, fill, fillRule, fillOpacity, stroke, opacity };
    }
    case "line": {
      const { kind, x1, y1, x2, y2 } = geometry;
      return { kind, x1, y1, x2, y2, fill, fillRule, fillOpacity, stroke, opacity };
    }
  }
}

/** @param points of polylines and polygons; `commands` of paths. */
export function paintedOutline(
  kind: OutlineKind,
  commands: readonly PathCommand[],
  points: readonly Point[],
  look: Appearance,
): Shape {
  const { fill, fillRule, fillOpacity, stroke, opacity } = look;
  return kind === "path"
    ? { kind, commands, fill, fillRule, fillOpacity, stroke, opacity }
    : { kind, points, fill, fillRule, fillOpacity, stroke, opacity };
}
