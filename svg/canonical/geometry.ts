import type {
  Appearance,
  CircleShape,
  EllipseShape,
  LineShape,
  PolygonShape,
  PolylineShape,
  RectShape,
  Shape,
} from "../drawing.ts";

/** A shape without its appearance. */
export type Geometry<S extends Shape> = Omit<S, keyof Appearance>;
export type BasicGeometry =
  | Geometry<CircleShape>
  | Geometry<EllipseShape>
  | Geometry<RectShape>
  | Geometry<LineShape>
  | Geometry<PolylineShape>
  | Geometry<PolygonShape>;
