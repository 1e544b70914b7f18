/**
 * The canonical drawing: what every parser produces and every tokenizer reads and writes.
 *
 * All lengths are in grid units. The view box starts at the origin and its longer side equals the
 * grid. Points and radii are integers; stroke lengths are multiples of 1/4; opacities and gradient
 * offsets are percent (integers 0 to 100). Every number is thus exact in binary floating point, and
 * two drawings are equal when their fields are.
 * @example
 * const { drawing }: { drawing: Drawing } = parseDrawing('<svg viewBox="0 0 24 24"><path d="M5 12h14"/></svg>');
 * console.log(drawing.width, drawing.elements.map(({ kind }) => kind));
 */
export interface Drawing {
  /** Width of the view box in grid units. */
  readonly width: number;
  /** Height of the view box in grid units. */
  readonly height: number;
  /** In painting order. */
  readonly elements: readonly DrawingElement[];
}

export type DrawingElement = Shape | Group;

/** Elements painted as one, where an opacity below 100 makes that visible, or where kept by option. */
export interface Group {
  readonly kind: "group";
  /** Percent. */
  readonly opacity: number;
  readonly children: readonly DrawingElement[];
}

export type Shape =
  | PathShape
  | CircleShape
  | EllipseShape
  | RectShape
  | LineShape
  | PolylineShape
  | PolygonShape;

export interface PathShape extends Appearance {
  readonly kind: "path";
  /** Begins with a moveto; never empty. */
  readonly commands: readonly PathCommand[];
}

export interface CircleShape extends Appearance {
  readonly kind: "circle";
  readonly cx: number;
  readonly cy: number;
  readonly r: number;
}

export interface EllipseShape extends Appearance {
  readonly kind: "ellipse";
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
}

export interface RectShape extends Appearance {
  readonly kind: "rect";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Corner radii; 0 and 0 for sharp corners. */
  readonly rx: number;
  readonly ry: number;
}

export interface LineShape extends Appearance {
  readonly kind: "line";
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface PolylineShape extends Appearance {
  readonly kind: "polyline";
  readonly points: readonly Point[];
}

export interface PolygonShape extends Appearance {
  readonly kind: "polygon";
  readonly points: readonly Point[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Absolute commands. Horizontal, vertical and smooth ones of the source are written out in full. */
export type PathCommand =
  | { readonly type: "M"; readonly x: number; readonly y: number }
  | { readonly type: "L"; readonly x: number; readonly y: number }
  | {
      readonly type: "Q";
      readonly x1: number;
      readonly y1: number;
      readonly x: number;
      readonly y: number;
    }
  | {
      readonly type: "C";
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly x: number;
      readonly y: number;
    }
  | {
      readonly type: "A";
      readonly rx: number;
      readonly ry: number;
      /** Degrees, an integer 0 to 179. */
      readonly rotation: number;
      readonly largeArc: boolean;
      readonly sweep: boolean;
      readonly x: number;
      readonly y: number;
    }
  | { readonly type: "Z" };

export interface Appearance {
  /** null paints nothing. */
  readonly fill: Paint | null;
  readonly fillRule: "nonzero" | "evenodd";
  /** Percent. */
  readonly fillOpacity: number;
  readonly stroke: Stroke | null;
  /** Percent; of fill and stroke together. */
  readonly opacity: number;
}

export interface Stroke {
  readonly paint: Paint;
  /** Grid units, a multiple of 1/4, above 0. */
  readonly width: number;
  readonly cap: "butt" | "round" | "square";
  readonly join: "miter" | "round" | "bevel";
  /** An integer, at least 1; 4 unless the join is a miter that says otherwise. */
  readonly miterLimit: number;
  /** Lengths in grid units, multiples of 1/4; empty for a solid stroke. */
  readonly dashes: readonly number[];
  /** Grid units, a multiple of 1/4; 0 for a solid stroke. */
  readonly dashOffset: number;
  /** Percent. */
  readonly opacity: number;
}

export type Paint = Color | CurrentColor | LinearGradient | RadialGradient;

export interface Color {
  readonly kind: "color";
  /** 0xRRGGBB. */
  readonly rgb: number;
}

/** The colour of the surrounding text, which the user of the drawing chooses. */
export interface CurrentColor {
  readonly kind: "currentColor";
}

export interface LinearGradient {
  readonly kind: "linearGradient";
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly spread: "pad" | "reflect" | "repeat";
  readonly stops: readonly GradientStop[];
}

/** The unit circle's image: `a` and `b` are the ends of its two axes, so that ellipses are held too. */
export interface RadialGradient {
  readonly kind: "radialGradient";
  readonly cx: number;
  readonly cy: number;
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
  /** The focal point. */
  readonly fx: number;
  readonly fy: number;
  readonly spread: "pad" | "reflect" | "repeat";
  readonly stops: readonly GradientStop[];
}

export interface GradientStop {
  /** Percent, not falling from stop to stop. */
  readonly offset: number;
  readonly color: Color | CurrentColor;
  /** Percent. */
  readonly opacity: number;
}
