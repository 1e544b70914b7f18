/** Reads a drawing's tokens: the inverse of `encode.ts`, by recursive descent. */
import type {
  Color,
  CurrentColor,
  Drawing,
  DrawingElement,
  GradientStop,
  Paint,
  PathCommand,
  Point,
  Shape,
  Stroke,
} from "../../src/svg/index.ts";
import { DecodeError } from "../representation.ts";
import {
  caps,
  deepestNesting,
  fillRules,
  joins,
  largestInteger,
  type PathLayout,
  radix,
  spreads,
} from "./layout.ts";
import type { PathOptions } from "./options.ts";
import { initialPen, type Pen } from "./pen.ts";

export function decodeDrawing(
  ids: ArrayLike<number>,
  layout: PathLayout,
  options: PathOptions,
): Drawing {
  return new DrawingReader(ids, layout, options).drawing();
}

class DrawingReader {
  readonly #ids: ArrayLike<number>;
  readonly #layout: PathLayout;
  readonly #pen: Pen;
  readonly #merged: boolean;
  readonly #relative: boolean;
  #position = 0;
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;

  constructor(ids: ArrayLike<number>, layout: PathLayout, options: PathOptions) {
    this.#ids = ids;
    this.#layout = layout;
    this.#pen = initialPen(options);
    this.#merged = options.coordinates === "merged";
    this.#relative = options.positions === "relative";
  }

  drawing(): Drawing {
    const { grid, special, width, height } = this.#layout;
    if (!this.#take(special.drawing)) this.#fail("a drawing begins with its opening token");
    const size = { width: grid, height: grid };
    if (this.#take(width)) size.width = this.#shorterSide();
    else if (this.#take(height)) size.height = this.#shorterSide();
    const elements = this.#elements(0);
    if (!this.#take(special.eos)) this.#fail("this token begins no element");
    if (this.#position < this.#ids.length) this.#fail("the drawing has ended before this token");
    return { ...size, elements };
  }

  #shorterSide(): number {
    const at = this.#position;
    const value = this.#integer();
    if (value < 1 || value >= this.#layout.grid) {
      throw new DecodeError(`the shorter side of the view box cannot be ${value}`, at);
    }
    return value;
  }

  #elements(depth: number): DrawingElement[] {
    const layout = this.#layout;
    const elements: DrawingElement[] = [];
    for (;;) {
      if (this.#take(layout.group)) {
        if (depth >= deepestNesting) {
          this.#fail(`groups nest deeper than ${deepestNesting}`, this.#position - 1);
        }
        const opacity = this.#take(layout.groupOpacity) ? this.#percent() : 100;
        const children = this.#elements(depth + 1);
        if (!this.#take(layout.endGroup))
          this.#fail("this token neither continues nor ends a group");
        elements.push({ kind: "group", opacity, children });
        continue;
      }
      const styled = this.#appearance();
      const shape = this.#shape();
      if (shape !== undefined) elements.push(shape);
      else if (styled) this.#fail("an element must follow an appearance");
      else return elements;
    }
  }

  #shape(): Shape | undefined {
    const layout = this.#layout;
    const id = this.#peek();
    switch (id) {
      case layout.path: {
        this.#position++;
        return { kind: "path", commands: this.#commands(), ...this.#look() };
      }
      case layout.circle: {
        this.#position++;
        const [cx, cy] = this.#firstPoint();
        return { kind: "circle", cx, cy, r: this.#length(), ...this.#look() };
      }
      case layout.ellipse: {
        this.#position++;
        const [cx, cy] = this.#firstPoint();
        const rx = this.#length();
        return { kind: "ellipse", cx, cy, rx, ry: this.#length(), ...this.#look() };
      }
      case layout.rect:
      case layout.roundRect:
      case layout.ovalRect:
        this.#position++;
        return this.#rect(id);
      case layout.line: {
        this.#position++;
        const [x1, y1] = this.#firstPoint();
        const [x2, y2] = this.#point();
        return { kind: "line", x1, y1, x2, y2, ...this.#look() };
      }
      case layout.polyline:
        this.#position++;
        return { kind: "polyline", points: this.#points(), ...this.#look() };
      case layout.polygon:
        this.#position++;
        return { kind: "polygon", points: this.#points(), ...this.#look() };
      default:
        return undefined;
    }
  }

  #rect(kind: number): Shape {
    const layout = this.#layout;
    const [x, y] = this.#firstPoint();
    const width = this.#length();
    const height = this.#length();
    const rx = kind === layout.rect ? 0 : this.#length();
    const ry = kind === layout.ovalRect ? this.#length() : rx;
    return { kind: "rect", x, y, width, height, rx, ry, ...this.#look() };
  }

  #points(): Point[] {
    const points: Point[] = [];
    while (this.#beginsPoint()) {
      const [x, y] = points.length === 0 ? this.#firstPoint() : this.#point();
      points.push({ x, y });
    }
    return points;
  }

  #beginsPoint(): boolean {
    const layout = this.#layout;
    const id = this.#peek();
    if (id === layout.minus || id === layout.plus) return true;
    if (this.#merged) return this.#within(id, layout.point, layout.grid * layout.grid);
    return (
      this.#within(id, layout.x, layout.grid + 1) ||
      this.#within(id, layout.dx, 2 * layout.relativeRange + 1)
    );
  }

  #commands(): PathCommand[] {
    const [x, y] = this.#firstPoint();
    const commands: PathCommand[] = [{ type: "M", x, y }];
    for (;;) {
      const command = this.#command();
      if (command === undefined) return commands;
      commands.push(command);
    }
  }

  #command(): PathCommand | undefined {
    const layout = this.#layout;
    const id = this.#peek();
    switch (id) {
      case layout.moveto: {
        this.#position++;
        const [x, y] = this.#firstPoint();
        return { type: "M", x, y };
      }
      case layout.lineto: {
        this.#position++;
        const [x, y] = this.#point();
        return { type: "L", x, y };
      }
      case layout.horizontal: {
        this.#position++;
        this.#x = this.#coordinate(this.#x, layout.x, layout.dx);
        return { type: "L", x: this.#x, y: this.#y };
      }
      case layout.vertical: {
        this.#position++;
        this.#y = this.#coordinate(this.#y, layout.y, layout.dy);
        return { type: "L", x: this.#x, y: this.#y };
      }
      case layout.quadratic: {
        this.#position++;
        const [x1, y1] = this.#point();
        const [x, y] = this.#point();
        return { type: "Q", x1, y1, x, y };
      }
      case layout.cubic: {
        this.#position++;
        const [x1, y1] = this.#point();
        const [x2, y2] = this.#point();
        const [x, y] = this.#point();
        return { type: "C", x1, y1, x2, y2, x, y };
      }
      case layout.close:
        this.#position++;
        this.#x = this.#startX;
        this.#y = this.#startY;
        return { type: "Z" };
      default:
        return this.#arc(id);
    }
  }

  #arc(id: number): PathCommand | undefined {
    const layout = this.#layout;
    const first = [layout.circularArc, layout.ellipticArc, layout.rotatedArc].find((kind) =>
      this.#within(id, kind, 4),
    );
    if (first === undefined) return undefined;
    this.#position++;
    const flags = id - first;
    const rx = this.#length();
    const ry = first === layout.circularArc ? rx : this.#length();
    const rotation = first === layout.rotatedArc ? this.#bounded(179) : 0;
    const [x, y] = this.#point();
    const largeArc = flags >= 2;
    return { type: "A", rx, ry, rotation, largeArc, sweep: flags % 2 === 1, x, y };
  }

  #firstPoint(): [number, number] {
    const point = this.#fixedPoint();
    [this.#x, this.#y] = point;
    [this.#startX, this.#startY] = point;
    return point;
  }

  #point(): [number, number] {
    const layout = this.#layout;
    if (this.#merged) [this.#x, this.#y] = this.#fixedPoint();
    else {
      this.#x = this.#coordinate(this.#x, layout.x, layout.dx);
      this.#y = this.#coordinate(this.#y, layout.y, layout.dy);
    }
    return [this.#x, this.#y];
  }

  #fixedPoint(): [number, number] {
    const layout = this.#layout;
    if (!this.#merged) return [this.#absolute(layout.x), this.#absolute(layout.y)];
    const { grid, point } = layout;
    const id = this.#peek();
    if (this.#within(id, point, grid * grid)) {
      this.#position++;
      return [(id - point) % grid, Math.floor((id - point) / grid)];
    }
    return [this.#signed(), this.#signed()];
  }

  #coordinate(last: number, absolute: number, step: number): number {
    const { relativeRange } = this.#layout;
    const id = this.#peek();
    if (this.#relative && this.#within(id, step, 2 * relativeRange + 1)) {
      this.#position++;
      return last + id - step - relativeRange;
    }
    return this.#absolute(absolute);
  }

  #absolute(first: number): number {
    const id = this.#peek();
    if (this.#within(id, first, this.#layout.grid + 1)) {
      this.#position++;
      return id - first;
    }
    return this.#signed();
  }

  #length(): number {
    const { length, grid, plus } = this.#layout;
    const id = this.#peek();
    if (this.#within(id, length, grid + 1)) {
      this.#position++;
      return id - length;
    }
    if (!this.#take(plus)) this.#fail("a length must stand here");
    return this.#integer();
  }

  #signed(): number {
    const negative = this.#take(this.#layout.minus);
    if (!negative && !this.#take(this.#layout.plus)) this.#fail("a coordinate must stand here");
    const value = this.#integer();
    return negative && value !== 0 ? -value : value;
  }

  #integer(): number {
    const { digit, lastDigit } = this.#layout;
    let value = 0;
    for (;;) {
      const id = this.#peek();
      const last = this.#within(id, lastDigit, radix);
      if (!last && !this.#within(id, digit, radix)) this.#fail("a digit must stand here");
      value = value * radix + id - (last ? lastDigit : digit);
      if (value > largestInteger) this.#fail(`the number is above ${largestInteger}`);
      this.#position++;
      if (last) return value;
      if (value === 0) this.#fail("a number begins with a zero", this.#position - 1);
    }
  }

  #bounded(most: number): number {
    const at = this.#position;
    const value = this.#integer();
    if (value > most) throw new DecodeError(`${value} is above ${most}`, at);
    return value;
  }

  #percent(): number {
    return this.#bounded(100);
  }

  /** Reads what may precede an element; true when anything did. */
  #appearance(): boolean {
    const from = this.#position;
    while (this.#property());
    return this.#position > from;
  }

  #property(): boolean {
    const layout = this.#layout;
    const pen = this.#pen;
    const id = this.#peek();
    if (this.#within(id, layout.cap, caps.length)) pen.cap = caps[id - layout.cap]!;
    else if (this.#within(id, layout.join, joins.length)) pen.join = joins[id - layout.join]!;
    else if (this.#within(id, layout.fillRule, fillRules.length)) {
      pen.fillRule = fillRules[id - layout.fillRule]!;
    } else return this.#longProperty(id);
    this.#position++;
    return true;
  }

  /** A property of more than one token, or the fill. */
  #longProperty(id: number): boolean {
    const layout = this.#layout;
    const pen = this.#pen;
    if (id < 0) return false;
    if (this.#beginsPaint(id)) {
      pen.fill = this.#paint();
      return true;
    }
    const next = this.#position + 1;
    switch (id) {
      case layout.stroke:
        this.#position = next;
        pen.stroke = this.#paint();
        return true;
      case layout.strokeWidth:
        this.#position = next;
        pen.strokeWidth = this.#integer() / 4;
        return true;
      case layout.miterLimit:
        this.#position = next;
        pen.miterLimit = this.#integer();
        return true;
      case layout.dashes: {
        this.#position = next;
        const count = this.#bounded(this.#ids.length);
        pen.dashes = Array.from({ length: count }, () => this.#integer() / 4);
        return true;
      }
      case layout.dashOffset:
        this.#position = next;
        pen.dashOffset = this.#signed() / 4;
        return true;
      case layout.strokeOpacity:
        this.#position = next;
        pen.strokeOpacity = this.#percent();
        return true;
      case layout.fillOpacity:
        this.#position = next;
        pen.fillOpacity = this.#percent();
        return true;
      case layout.opacity:
        this.#position = next;
        pen.opacity = this.#percent();
        return true;
      default:
        return false;
    }
  }

  #beginsPaint(id: number): boolean {
    const layout = this.#layout;
    return (
      id === layout.none ||
      id === layout.linearGradient ||
      id === layout.radialGradient ||
      id === layout.focalGradient ||
      this.#beginsColor(id)
    );
  }

  #beginsColor(id: number): boolean {
    const layout = this.#layout;
    return (
      id === layout.currentColor ||
      this.#within(id, layout.color, 0x1000) ||
      this.#within(id, layout.red, 256)
    );
  }

  #paint(): Paint | null {
    const layout = this.#layout;
    if (this.#take(layout.none)) return null;
    if (this.#take(layout.linearGradient)) {
      const [x1, y1] = this.#fixedPoint();
      const [x2, y2] = this.#fixedPoint();
      return { kind: "linearGradient", x1, y1, x2, y2, ...this.#ramp() };
    }
    const focal = this.#take(layout.focalGradient);
    if (!focal && !this.#take(layout.radialGradient)) return this.#color();
    const [cx, cy] = this.#fixedPoint();
    const [ax, ay] = this.#fixedPoint();
    const [bx, by] = this.#fixedPoint();
    const [fx, fy] = focal ? this.#fixedPoint() : [cx, cy];
    return { kind: "radialGradient", cx, cy, ax, ay, bx, by, fx, fy, ...this.#ramp() };
  }

  #ramp(): { spread: "pad" | "reflect" | "repeat"; stops: GradientStop[] } {
    const layout = this.#layout;
    const id = this.#peek();
    if (!this.#within(id, layout.spread, spreads.length)) this.#fail("a spread must stand here");
    this.#position++;
    const stops: GradientStop[] = [];
    while (this.#take(layout.stop)) {
      const offset = this.#percent();
      const color = this.#color();
      const opacity = this.#take(layout.stopOpacity) ? this.#percent() : 100;
      stops.push({ offset, color, opacity });
    }
    return { spread: spreads[id - layout.spread]!, stops };
  }

  #color(): Color | CurrentColor {
    const layout = this.#layout;
    if (this.#take(layout.currentColor)) return { kind: "currentColor" };
    if (layout.red >= 0) {
      const rgb =
        (this.#channel(layout.red, 256) << 16) |
        (this.#channel(layout.green, 256) << 8) |
        this.#channel(layout.blue, 256);
      return { kind: "color", rgb };
    }
    const upper = spreadNibbles(this.#channel(layout.color, 0x1000));
    const lower = layout.shade < 0 ? upper : spreadNibbles(this.#channel(layout.shade, 0x1000));
    return { kind: "color", rgb: (upper << 4) | lower };
  }

  #channel(first: number, size: number): number {
    const id = this.#peek();
    if (!this.#within(id, first, size)) this.#fail("a color must stand here");
    this.#position++;
    return id - first;
  }

  #look() {
    const pen = this.#pen;
    const stroke: Stroke | null =
      pen.stroke === null
        ? null
        : {
            paint: pen.stroke,
            width: pen.strokeWidth,
            cap: pen.cap,
            join: pen.join,
            miterLimit: pen.miterLimit,
            dashes: pen.dashes,
            dashOffset: pen.dashOffset,
            opacity: pen.strokeOpacity,
          };
    const { fill, fillRule, fillOpacity, opacity } = pen;
    return { fill, fillRule, fillOpacity, stroke, opacity };
  }

  #within(id: number, first: number, size: number): boolean {
    return first >= 0 && id >= first && id < first + size;
  }

  /** The next id; -1 at the end and for what is no id, so that no absent class can match. */
  #peek(): number {
    const id = this.#ids[this.#position];
    return id !== undefined && id >= 0 && id < this.#layout.size ? id : -1;
  }

  #take(id: number): boolean {
    if (this.#peek() !== id || id < 0) return false;
    this.#position++;
    return true;
  }

  #fail(why: string, at = this.#position): never {
    const ended = at >= this.#ids.length;
    throw new DecodeError(ended ? `the tokens end here, but ${why}` : why, at);
  }
}

/** 0xabc to 0x0a0b0c. */
function spreadNibbles(color: number): number {
  return ((color & 0xf00) << 8) | ((color & 0xf0) << 4) | (color & 0xf);
}
