/**
 * Writes a drawing's tokens: its size where it is not square, then for each element the appearance
 * that differs from the last one's, the element's token and its coordinates. An element needs no end
 * token: the next token that is no command or point of it ends it. There is one way to write each
 * drawing.
 */
import type {
  Color,
  CurrentColor,
  Drawing,
  DrawingElement,
  Group,
  Paint,
  PathCommand,
  PathShape,
  Point,
  Shape,
  Stroke,
} from "../../src/svg/index.ts";
import { EncodeError } from "../representation.ts";
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
import { initialPen, type Pen, sameLengths, samePaint } from "./pen.ts";

export function encodeDrawing(
  drawing: Drawing,
  layout: PathLayout,
  options: PathOptions,
): number[] {
  const writer = new DrawingWriter(layout, options);
  writer.drawing(drawing);
  return writer.ids;
}

class DrawingWriter {
  readonly ids: number[] = [];
  readonly #layout: PathLayout;
  readonly #pen: Pen;
  readonly #merged: boolean;
  readonly #relative: boolean;
  /** The last point, and the point to which a closepath returns. */
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;
  /** Index of the outermost element being written, for messages. */
  #element = 0;

  constructor(layout: PathLayout, options: PathOptions) {
    this.#layout = layout;
    this.#pen = initialPen(options);
    this.#merged = options.coordinates === "merged";
    this.#relative = options.positions === "relative";
  }

  drawing(drawing: Drawing): void {
    const layout = this.#layout;
    const { width, height, elements } = drawing;
    this.ids.push(layout.special.drawing);
    if (Math.max(width, height) !== layout.grid) {
      throw new EncodeError(
        `the view box is ${width} x ${height}, but its longer side must be the grid of ${layout.grid}`,
      );
    }
    if (width < layout.grid) {
      this.ids.push(layout.width);
      this.#integer(width);
    } else if (height < layout.grid) {
      this.ids.push(layout.height);
      this.#integer(height);
    }
    for (let i = 0; i < elements.length; i++) {
      this.#element = i;
      this.#drawingElement(elements[i]!, 0);
    }
    this.ids.push(layout.special.eos);
  }

  #drawingElement(element: DrawingElement, depth: number): void {
    if (element.kind === "group") this.#group(element, depth);
    else this.#shape(element);
  }

  #group(group: Group, depth: number): void {
    const layout = this.#layout;
    if (depth >= deepestNesting) this.#refuse(`groups nest deeper than ${deepestNesting}`);
    this.#token(layout.group, "groups");
    if (group.opacity !== 100) this.#number(layout.groupOpacity, group.opacity, "opacity");
    for (const child of group.children) this.#drawingElement(child, depth + 1);
    this.ids.push(layout.endGroup);
  }

  #shape(shape: Shape): void {
    this.#appearance(shape);
    const layout = this.#layout;
    switch (shape.kind) {
      case "path":
        this.#path(shape);
        return;
      case "circle":
        this.#token(layout.circle, "shapes");
        this.#firstPoint(shape.cx, shape.cy);
        this.#length(shape.r);
        return;
      case "ellipse":
        this.#token(layout.ellipse, "shapes");
        this.#firstPoint(shape.cx, shape.cy);
        this.#length(shape.rx);
        this.#length(shape.ry);
        return;
      case "rect": {
        const { rx, ry } = shape;
        const sharp = rx === 0 && ry === 0;
        const kind = sharp ? layout.rect : rx === ry ? layout.roundRect : layout.ovalRect;
        this.#token(kind, "shapes");
        this.#firstPoint(shape.x, shape.y);
        this.#length(shape.width);
        this.#length(shape.height);
        if (!sharp) this.#length(rx);
        if (rx !== ry) this.#length(ry);
        return;
      }
      case "line":
        this.#token(layout.line, "shapes");
        this.#firstPoint(shape.x1, shape.y1);
        this.#point(shape.x2, shape.y2);
        return;
      case "polyline":
        this.#token(layout.polyline, "shapes");
        this.#points(shape.points);
        return;
      case "polygon":
        this.#token(layout.polygon, "shapes");
        this.#points(shape.points);
        return;
    }
  }

  #points(points: readonly Point[]): void {
    for (let i = 0; i < points.length; i++) {
      const { x, y } = points[i]!;
      if (i === 0) this.#firstPoint(x, y);
      else this.#point(x, y);
    }
  }

  #path(path: PathShape): void {
    const layout = this.#layout;
    const { commands } = path;
    const first = commands[0];
    if (first?.type !== "M") this.#refuse("its path does not begin with a moveto");
    this.ids.push(layout.path);
    this.#firstPoint(first.x, first.y);
    for (let i = 1; i < commands.length; i++) this.#command(commands[i]!);
  }

  #command(command: PathCommand): void {
    const layout = this.#layout;
    switch (command.type) {
      case "M":
        this.ids.push(layout.moveto);
        this.#firstPoint(command.x, command.y);
        return;
      case "L":
        this.#lineTo(command.x, command.y);
        return;
      case "Q":
        this.#token(layout.quadratic, "quadratics");
        this.#point(command.x1, command.y1);
        this.#point(command.x, command.y);
        return;
      case "C":
        this.ids.push(layout.cubic);
        this.#point(command.x1, command.y1);
        this.#point(command.x2, command.y2);
        this.#point(command.x, command.y);
        return;
      case "A":
        this.#arc(command);
        return;
      case "Z":
        this.ids.push(layout.close);
        this.#x = this.#startX;
        this.#y = this.#startY;
    }
  }

  #lineTo(x: number, y: number): void {
    const layout = this.#layout;
    if (!this.#merged && y === this.#y) {
      this.ids.push(layout.horizontal);
      this.#coordinate(x, this.#x, layout.x, layout.dx);
      this.#x = x;
    } else if (!this.#merged && x === this.#x) {
      this.ids.push(layout.vertical);
      this.#coordinate(y, this.#y, layout.y, layout.dy);
      this.#y = y;
    } else {
      this.ids.push(layout.lineto);
      this.#point(x, y);
    }
  }

  #arc(arc: Extract<PathCommand, { type: "A" }>): void {
    const layout = this.#layout;
    const { rx, ry, rotation } = arc;
    const flags = (arc.largeArc ? 2 : 0) + (arc.sweep ? 1 : 0);
    const upright = rotation === 0;
    const kind = !upright ? layout.rotatedArc : rx === ry ? layout.circularArc : layout.ellipticArc;
    this.#token(kind, "arcs", flags);
    this.#length(rx);
    if (!upright || rx !== ry) this.#length(ry);
    if (!upright) this.#integer(rotation);
    this.#point(arc.x, arc.y);
  }

  /** A point that begins an element or a subpath: absolute, whatever the positions are. */
  #firstPoint(x: number, y: number): void {
    if (this.#merged) this.#mergedPoint(x, y);
    else {
      this.#absolute(x, this.#layout.x);
      this.#absolute(y, this.#layout.y);
    }
    this.#x = this.#startX = x;
    this.#y = this.#startY = y;
  }

  #point(x: number, y: number): void {
    const layout = this.#layout;
    if (this.#merged) this.#mergedPoint(x, y);
    else {
      this.#coordinate(x, this.#x, layout.x, layout.dx);
      this.#coordinate(y, this.#y, layout.y, layout.dy);
    }
    this.#x = x;
    this.#y = y;
  }

  #mergedPoint(x: number, y: number): void {
    const { grid, point } = this.#layout;
    const plain =
      x >= 0 && y >= 0 && x < grid && y < grid && Number.isInteger(x) && Number.isInteger(y);
    if (plain) this.ids.push(point + y * grid + x);
    else {
      this.#signed(x);
      this.#signed(y);
    }
  }

  #coordinate(value: number, last: number, absolute: number, step: number): void {
    if (this.#relative) {
      const { relativeRange } = this.#layout;
      const by = value - last;
      if (by >= -relativeRange && by <= relativeRange && Number.isInteger(by)) {
        this.ids.push(step + relativeRange + by);
        return;
      }
    }
    this.#absolute(value, absolute);
  }

  #absolute(value: number, first: number): void {
    if (value >= 0 && value <= this.#layout.grid && Number.isInteger(value)) {
      this.ids.push(first + value);
    } else this.#signed(value);
  }

  #length(value: number): void {
    if (value >= 0 && value <= this.#layout.grid && Number.isInteger(value)) {
      this.ids.push(this.#layout.length + value);
    } else {
      this.ids.push(this.#layout.plus);
      this.#integer(value);
    }
  }

  #signed(value: number): void {
    this.ids.push(value < 0 ? this.#layout.minus : this.#layout.plus);
    this.#integer(Math.abs(value));
  }

  #integer(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > largestInteger) {
      this.#refuse(`${value} is no integer from 0 to ${largestInteger}`);
    }
    const { digit, lastDigit } = this.#layout;
    let unit = 1;
    while (unit * radix <= value) unit *= radix;
    for (; unit > 1; unit /= radix) this.ids.push(digit + (Math.floor(value / unit) % radix));
    this.ids.push(lastDigit + (value % radix));
  }

  #number(token: number, value: number, option: keyof PathOptions): void {
    this.#token(token, option);
    this.#integer(value);
  }

  /** A token of a class that an option may have left out. */
  #token(first: number, option: keyof PathOptions, offset = 0): void {
    if (first < 0) {
      this.#refuse(`it needs a token that the vocabulary lacks; see its option "${option}"`);
    }
    this.ids.push(first + offset);
  }

  #appearance(shape: Shape): void {
    const layout = this.#layout;
    const pen = this.#pen;
    if (!samePaint(shape.fill, pen.fill)) {
      this.#paint(shape.fill);
      pen.fill = shape.fill;
    }
    if (shape.stroke === null) {
      if (pen.stroke !== null) {
        this.ids.push(layout.stroke, layout.none);
        pen.stroke = null;
      }
    } else this.#stroke(shape.stroke);
    if (shape.fillOpacity !== pen.fillOpacity) {
      this.#number(layout.fillOpacity, shape.fillOpacity, "opacity");
      pen.fillOpacity = shape.fillOpacity;
    }
    if (shape.fillRule !== pen.fillRule) {
      this.ids.push(layout.fillRule + fillRules.indexOf(shape.fillRule));
      pen.fillRule = shape.fillRule;
    }
    if (shape.opacity !== pen.opacity) {
      this.#number(layout.opacity, shape.opacity, "opacity");
      pen.opacity = shape.opacity;
    }
  }

  #stroke(stroke: Stroke): void {
    const layout = this.#layout;
    const pen = this.#pen;
    if (!samePaint(stroke.paint, pen.stroke)) {
      this.#token(layout.stroke, "strokes");
      this.#paint(stroke.paint);
      pen.stroke = stroke.paint;
    }
    if (stroke.width !== pen.strokeWidth) {
      this.#number(layout.strokeWidth, stroke.width * 4, "strokes");
      pen.strokeWidth = stroke.width;
    }
    if (stroke.cap !== pen.cap) {
      this.ids.push(layout.cap + caps.indexOf(stroke.cap));
      pen.cap = stroke.cap;
    }
    if (stroke.join !== pen.join) {
      this.ids.push(layout.join + joins.indexOf(stroke.join));
      pen.join = stroke.join;
    }
    if (stroke.miterLimit !== pen.miterLimit) {
      this.#number(layout.miterLimit, stroke.miterLimit, "strokes");
      pen.miterLimit = stroke.miterLimit;
    }
    if (!sameLengths(stroke.dashes, pen.dashes)) {
      this.#number(layout.dashes, stroke.dashes.length, "strokes");
      for (const dash of stroke.dashes) this.#integer(dash * 4);
      pen.dashes = stroke.dashes;
    }
    if (stroke.dashOffset !== pen.dashOffset) {
      this.#token(layout.dashOffset, "strokes");
      this.#signed(stroke.dashOffset * 4);
      pen.dashOffset = stroke.dashOffset;
    }
    if (stroke.opacity !== pen.strokeOpacity) {
      this.#number(layout.strokeOpacity, stroke.opacity, "opacity");
      pen.strokeOpacity = stroke.opacity;
    }
  }

  #paint(paint: Paint | null): void {
    const layout = this.#layout;
    if (paint === null) {
      this.ids.push(layout.none);
      return;
    }
    switch (paint.kind) {
      case "color":
      case "currentColor":
        this.#color(paint);
        return;
      case "linearGradient":
        this.#token(layout.linearGradient, "gradients");
        this.#fixedPoint(paint.x1, paint.y1);
        this.#fixedPoint(paint.x2, paint.y2);
        break;
      case "radialGradient": {
        const focal = paint.fx !== paint.cx || paint.fy !== paint.cy;
        this.#token(focal ? layout.focalGradient : layout.radialGradient, "gradients");
        this.#fixedPoint(paint.cx, paint.cy);
        this.#fixedPoint(paint.ax, paint.ay);
        this.#fixedPoint(paint.bx, paint.by);
        if (focal) this.#fixedPoint(paint.fx, paint.fy);
      }
    }
    this.ids.push(layout.spread + spreads.indexOf(paint.spread));
    for (const stop of paint.stops) {
      this.ids.push(layout.stop);
      this.#integer(stop.offset);
      this.#color(stop.color);
      if (stop.opacity !== 100) this.#number(layout.stopOpacity, stop.opacity, "gradients");
    }
  }

  /** A point that no other one is relative to. */
  #fixedPoint(x: number, y: number): void {
    if (this.#merged) this.#mergedPoint(x, y);
    else {
      this.#absolute(x, this.#layout.x);
      this.#absolute(y, this.#layout.y);
    }
  }

  #color(color: Color | CurrentColor): void {
    const layout = this.#layout;
    if (color.kind === "currentColor") {
      this.ids.push(layout.currentColor);
      return;
    }
    const { rgb } = color;
    const upper = ((rgb >> 12) & 0xf00) | ((rgb >> 8) & 0xf0) | ((rgb >> 4) & 0xf);
    const lower = ((rgb >> 8) & 0xf00) | ((rgb >> 4) & 0xf0) | (rgb & 0xf);
    if (layout.red >= 0) {
      this.ids.push(layout.red + (rgb >> 16));
      this.ids.push(layout.green + ((rgb >> 8) & 0xff));
      this.ids.push(layout.blue + (rgb & 0xff));
    } else if (layout.shade >= 0) {
      this.ids.push(layout.color + upper, layout.shade + lower);
    } else {
      if (upper !== lower) {
        this.#refuse(`color #${rgb.toString(16).padStart(6, "0")} is none of the 4,096 of 12 bits`);
      }
      this.#token(layout.color, "colors", upper);
    }
  }

  #refuse(why: string): never {
    throw new EncodeError(`element ${this.#element}: ${why}`);
  }
}
