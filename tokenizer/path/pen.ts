/**
 * The appearance that an element inherits from the one before it. An element spends tokens only on
 * what differs; the properties of a stroke stay in the pen while elements have none.
 */
import type { Appearance, Paint } from "../../svg/index.ts";
import type { PathOptions } from "./options.ts";

export type PenPaint = Paint | null;

export interface Pen {
  fill: PenPaint;
  fillRule: "nonzero" | "evenodd";
  fillOpacity: number;
  stroke: PenPaint;
  strokeWidth: number;
  cap: "butt" | "round" | "square";
  join: "miter" | "round" | "bevel";
  miterLimit: number;
  dashes: readonly number[];
  dashOffset: number;
  strokeOpacity: number;
  opacity: number;
}

const currentColor: Paint = { kind: "currentColor" };
const black: Paint = { kind: "color", rgb: 0 };

export function initialPen(options: PathOptions): Pen {
  const stroked = options.initial === "stroked";
  const ink = options.colors === "current" ? currentColor : black;
  return {
    fill: stroked ? null : ink,
    fillRule: "nonzero",
    fillOpacity: 100,
    stroke: stroked ? currentColor : null,
    strokeWidth: Math.round(options.grid / 3) / 4,
    cap: stroked ? "round" : "butt",
    join: stroked ? "round" : "miter",
    miterLimit: 4,
    dashes: [],
    dashOffset: 0,
    strokeOpacity: 100,
    opacity: 100,
  };
}

/** The appearance of the next element. */
export function lookOf(pen: Pen): Appearance {
  const { fill, fillRule, fillOpacity, opacity, cap, join, miterLimit, dashes, dashOffset } = pen;
  const { stroke: paint, strokeWidth: width, strokeOpacity } = pen;
  const stroke =
    paint === null
      ? null
      : { paint, width, cap, join, miterLimit, dashes, dashOffset, opacity: strokeOpacity };
  return { fill, fillRule, fillOpacity, stroke, opacity };
}

export function samePaint(a: Paint | null, b: Paint | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.kind !== b.kind) return false;
  if (a.kind === "currentColor") return true;
  if (a.kind === "color" && b.kind === "color") return a.rgb === b.rgb;
  if (a.kind === "linearGradient" && b.kind === "linearGradient") {
    return (
      a.x1 === b.x1 &&
      a.y1 === b.y1 &&
      a.x2 === b.x2 &&
      a.y2 === b.y2 &&
      a.spread === b.spread &&
      sameStops(a.stops, b.stops)
    );
  }
  if (a.kind === "radialGradient" && b.kind === "radialGradient") {
    return (
      a.cx === b.cx &&
      a.cy === b.cy &&
      a.ax === b.ax &&
      a.ay === b.ay &&
      a.bx === b.bx &&
      a.by === b.by &&
      a.fx === b.fx &&
      a.fy === b.fy &&
      a.spread === b.spread &&
      sameStops(a.stops, b.stops)
    );
  }
  return false;
}

type Stops = Extract<Paint, { kind: "linearGradient" }>["stops"];

function sameStops(a: Stops, b: Stops): boolean {
  return (
    a.length === b.length &&
    a.every((stop, i) => {
      const other = b[i]!;
      return (
        stop.offset === other.offset &&
        stop.opacity === other.opacity &&
        samePaint(stop.color, other.color)
      );
    })
  );
}

export function sameLengths(a: readonly number[], b: readonly number[]): boolean {
  if (a === b || (a.length === 0 && b.length === 0)) return true;
  return a.length === b.length && a.every((length, i) => length === b[i]);
}
