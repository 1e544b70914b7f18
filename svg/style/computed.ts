/** The properties of an element that a drawing needs, after the cascade. */
import type { Transform, TransformOrigin } from "../read/css-transform.ts";
import { initialUnits, type LengthUnits } from "../read/length.ts";
import type { StyleColor } from "./color.ts";
import type { Variables } from "./variables.ts";

/** What a paint property says, before references are followed. */
export type PaintValue =
  | { readonly kind: "none" }
  | { readonly kind: "currentColor" }
  | ({ readonly kind: "color" } & StyleColor)
  | { readonly kind: "reference"; readonly href: string; readonly fallback: PaintValue };

export const noPaint: PaintValue = { kind: "none" };
export const currentColorPaint: PaintValue = { kind: "currentColor" };

export type Cap = "butt" | "round" | "square";
export type Join = "miter" | "round" | "bevel";
export type FillRule = "nonzero" | "evenodd";

/** What children take over. Lengths in user units, opacities from 0 to 1. */
export class InheritedStyle {
  /** null while no one has set it: the colour of the text around the drawing. */
  color: StyleColor | null = null;
  fill: PaintValue = { kind: "color", rgb: 0, alpha: 1 };
  fillOpacity = 1;
  fillRule: FillRule = "nonzero";
  stroke: PaintValue = noPaint;
  strokeOpacity = 1;
  strokeWidth = 1;
  cap: Cap = "butt";
  join: Join = "miter";
  miterLimit = 4;
  dashes: readonly number[] = [];
  dashOffset = 0;
  units: LengthUnits = initialUnits;
  visible = true;
  /** Whether any of the marker properties refers to a marker. */
  marked = false;
  /** Whether `paint-order` puts the stroke below the fill. */
  strokeFirst = false;
  /** Whether `color-interpolation` asks for gradients of linear light. */
  linearLight = false;
  clipRule: FillRule = "nonzero";
  variables: Variables | null = null;
  /** What letters look like and how they are set, by property; null while nothing is said. */
  text: ReadonlyMap<string, string> | null = null;

  /** Written out, as it is made for almost every element that says how it is painted. */
  copy(): InheritedStyle {
    const copy = new InheritedStyle();
    copy.color = this.color;
    copy.fill = this.fill;
    copy.fillOpacity = this.fillOpacity;
    copy.fillRule = this.fillRule;
    copy.stroke = this.stroke;
    copy.strokeOpacity = this.strokeOpacity;
    copy.strokeWidth = this.strokeWidth;
    copy.cap = this.cap;
    copy.join = this.join;
    copy.miterLimit = this.miterLimit;
    copy.dashes = this.dashes;
    copy.dashOffset = this.dashOffset;
    copy.units = this.units;
    copy.visible = this.visible;
    copy.marked = this.marked;
    copy.strokeFirst = this.strokeFirst;
    copy.linearLight = this.linearLight;
    copy.clipRule = this.clipRule;
    copy.variables = this.variables;
    copy.text = this.text;
    return copy;
  }
}

export type TransformBox = "view-box" | "fill-box" | "stroke-box";

/** What children do not take over. */
export class OwnStyle {
  opacity = 1;
  displayed = true;
  transform: Transform | null = null;
  /** The properties of the same names. */
  translate: Transform | null = null;
  rotate: Transform | null = null;
  scale: Transform | null = null;
  /** null where it is the beginning of its box, and on the root the middle. */
  transformOrigin: TransformOrigin | null = null;
  /** What percentages of transforms and their origin refer to. */
  transformBox: TransformBox = "view-box";
  /** Whether it moves along a path, which is not followed. */
  onPath = false;
  overflowVisible = false;
  scalesStroke = true;
  blended = false;
  filter = "none";
  mask = "none";
  clipPath = "none";
  stopColor: StyleColor | "currentColor" = { rgb: 0, alpha: 1 };
  stopOpacity = 1;
  /** Geometry that style sheets may set too, by attribute name. */
  geometry: Map<string, string> | null = null;

  copy(): OwnStyle {
    return Object.assign(new OwnStyle(), this);
  }
}

export const initialStyle: Readonly<InheritedStyle> = new InheritedStyle();
export const initialOwn: Readonly<OwnStyle> = new OwnStyle();

export interface ElementStyle {
  readonly inherited: Readonly<InheritedStyle>;
  readonly own: Readonly<OwnStyle>;
}

/** What the root is in. */
export const noStyle: ElementStyle = { inherited: initialStyle, own: initialOwn };
