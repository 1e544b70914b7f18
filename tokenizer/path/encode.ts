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
  LinearGradient,
  PathCommand,
  RadialGradient,
  Shape,
  Stroke,
} from "../../svg/index.ts";
import { EncodeError } from "../core/svg-tokenizer.ts";
import type { Grammar } from "./grammar.ts";
import { caps, deepestNesting, fillRules, joins, spreads } from "./layout.ts";
import { initialPen, type Pen, type PenPaint, sameLengths, samePaint } from "./pen.ts";
import type { Production } from "./production.ts";
import { ProductionWriter } from "./writer.ts";

/** @throws EncodeError naming the element that is not canonical or needs a token that is absent. */
export function encodeDrawing(drawing: Drawing, grammar: Grammar): number[] {
  const writer = new DrawingWriter(grammar);
  writer.drawing(drawing);
  return writer.ids;
}

class DrawingWriter extends ProductionWriter {
  readonly #pen: Pen;
  readonly #merged: boolean;
  /** Asked for most. */
  readonly #commands: Grammar["commands"];

  constructor(grammar: Grammar) {
    super(grammar);
    this.#merged = grammar.merged;
    this.#commands = grammar.commands;
    this.#pen = initialPen(grammar.layout.options);
  }

  drawing({ width, height, elements }: Drawing): void {
    const { grid } = this.grammar.layout.options;
    this.write(this.grammar.drawing);
    if (Math.max(width, height) !== grid) {
      throw new EncodeError(
        `the view box is ${width} x ${height}, but its longer side must be the grid of ${grid}`,
      );
    }
    if (width < grid) this.#integer(this.grammar.width, width);
    else if (height < grid) this.#integer(this.grammar.height, height);
    for (let i = 0; i < elements.length; i++) {
      this.element = i;
      this.#element(elements[i]!, 0);
    }
    this.write(this.grammar.eos);
  }

  #element(element: DrawingElement, depth: number): void {
    if (element.kind !== "group") {
      this.#appearance(element);
      this.#shape(element);
      return;
    }
    if (depth >= deepestNesting) this.refuse(`groups nest deeper than ${deepestNesting}`);
    this.write(this.grammar.group);
    if (element.opacity !== 100) this.#integer(this.grammar.groupOpacity, element.opacity);
    for (const child of element.children) this.#element(child, depth + 1);
    this.write(this.grammar.endGroup);
  }

  /** What differs from the pen, in the order of the properties' ranks. */
  #appearance({ fill, fillRule, fillOpacity, stroke, opacity }: Shape): void {
    const pen = this.#pen;
    const { properties } = this.grammar;
    if (!samePaint(fill, pen.fill)) {
      this.#paint(fill);
      pen.fill = fill;
    }
    const strokePaint = stroke?.paint ?? null;
    if (!samePaint(strokePaint, pen.stroke)) {
      this.write(properties.stroke);
      this.#paint(strokePaint);
      pen.stroke = strokePaint;
    }
    if (stroke !== null) this.#stroke(stroke);
    if (fillOpacity !== pen.fillOpacity) {
      this.#integer(properties.fillOpacity, fillOpacity);
      pen.fillOpacity = fillOpacity;
    }
    if (fillRule !== pen.fillRule) {
      this.write(properties.fillRule, fillRules.indexOf(fillRule));
      pen.fillRule = fillRule;
    }
    if (opacity !== pen.opacity) {
      this.#integer(properties.opacity, opacity);
      pen.opacity = opacity;
    }
  }

  #stroke({ width, cap, join, miterLimit, dashes, dashOffset, opacity }: Stroke): void {
    const pen = this.#pen;
    const { properties } = this.grammar;
    if (width !== pen.strokeWidth) {
      this.#integer(properties.strokeWidth, width * 4);
      pen.strokeWidth = width;
    }
    if (cap !== pen.cap) {
      this.write(properties.cap, caps.indexOf(cap));
      pen.cap = cap;
    }
    if (join !== pen.join) {
      this.write(properties.join, joins.indexOf(join));
      pen.join = join;
    }
    if (miterLimit !== pen.miterLimit) {
      this.#integer(properties.miterLimit, miterLimit);
      pen.miterLimit = miterLimit;
    }
    if (!sameLengths(dashes, pen.dashes)) {
      this.write(properties.dashes);
      this.list(dashes.map((dash) => dash * 4));
      pen.dashes = dashes;
    }
    if (dashOffset !== pen.dashOffset) {
      this.#integer(properties.dashOffset, dashOffset * 4);
      pen.dashOffset = dashOffset;
    }
    if (opacity !== pen.strokeOpacity) {
      this.#integer(properties.strokeOpacity, opacity);
      pen.strokeOpacity = opacity;
    }
  }

  #paint(paint: PenPaint): void {
    switch (paint?.kind) {
      case undefined:
        this.write(this.grammar.paints.none);
        return;
      case "color":
      case "currentColor":
        this.#color(paint);
        return;
      case "linearGradient":
      case "radialGradient":
        this.#ramp(paint);
    }
    for (const stop of paint.stops) {
      this.#integer(this.grammar.stops.stop, stop.offset);
      this.#color(stop.color);
      if (stop.opacity !== 100) this.#integer(this.grammar.stops.stopOpacity, stop.opacity);
    }
  }

  /** Its points are none that a step could lead from. */
  #ramp(paint: LinearGradient | RadialGradient): void {
    const { linearGradient, radialGradient, focalGradient } = this.grammar.paints;
    const { x, y } = this;
    if (paint.kind === "linearGradient") {
      this.write(linearGradient);
      this.point(paint.x1, paint.y1);
      this.point(paint.x2, paint.y2);
    } else {
      const { cx, cy, ax, ay, bx, by, fx, fy } = paint;
      const focal = fx !== cx || fy !== cy;
      this.write(focal ? focalGradient : radialGradient);
      this.point(cx, cy);
      this.point(ax, ay);
      this.point(bx, by);
      if (focal) this.point(fx, fy);
    }
    this.number(spreads.indexOf(paint.spread));
    this.x = x;
    this.y = y;
  }

  #integer(production: Production, value: number): void {
    this.write(production);
    this.number(value);
  }

  #color(color: Color | CurrentColor): void {
    if (color.kind === "currentColor") {
      this.write(this.grammar.paints.currentColor);
      return;
    }
    const { rgb } = color;
    const { count } = this.grammar.layout;
    if (count.red > 0) {
      this.write(this.grammar.paints.red, rgb >> 16);
      this.number((rgb >> 8) & 0xff);
      this.number(rgb & 0xff);
      return;
    }
    const upper = ((rgb >> 12) & 0xf00) | ((rgb >> 8) & 0xf0) | ((rgb >> 4) & 0xf);
    const lower = ((rgb >> 8) & 0xf00) | ((rgb >> 4) & 0xf0) | (rgb & 0xf);
    if (count.shade === 0 && upper !== lower) {
      const hex = rgb.toString(16).padStart(6, "0");
      this.refuse(`color #${hex} is none of the 4,096 of 12 bits`);
    }
    this.write(this.grammar.paints.color, upper);
    if (count.shade > 0) this.number(lower);
  }

  #shape(shape: Shape): void {
    switch (shape.kind) {
      case "path":
        this.#path(shape.commands);
        return;
      case "circle":
        this.write(this.grammar.shapes.circle);
        this.point(shape.cx, shape.cy);
        this.number(shape.r);
        return;
      case "ellipse":
        this.write(this.grammar.shapes.ellipse);
        this.point(shape.cx, shape.cy);
        this.number(shape.rx);
        this.number(shape.ry);
        return;
      case "rect": {
        const { rx, ry } = shape;
        const { rect, roundRect, ovalRect } = this.grammar.shapes;
        this.write(rx !== ry ? ovalRect : rx === 0 ? rect : roundRect);
        this.point(shape.x, shape.y);
        this.number(shape.width);
        this.number(shape.height);
        if (rx !== 0 || ry !== 0) this.number(rx);
        if (rx !== ry) this.number(ry);
        return;
      }
      case "line":
        this.write(this.grammar.shapes.line);
        this.point(shape.x1, shape.y1);
        this.point(shape.x2, shape.y2);
        return;
      case "polyline":
      case "polygon":
        this.write(this.grammar.shapes[shape.kind]);
        shape.points.forEach(({ x, y }, i) => {
          this.expect(i === 0 ? this.grammar.points.first : this.grammar.points.next);
          this.point(x, y);
        });
    }
  }

  #path(commands: readonly PathCommand[]): void {
    const first = commands[0];
    if (first?.type !== "M") this.refuse("its path does not begin with a moveto");
    this.write(this.grammar.shapes.path);
    this.point(first.x, first.y);
    this.beginSubpath();
    for (let i = 1; i < commands.length; i++) this.#command(commands[i]!);
  }

  #command(command: PathCommand): void {
    switch (command.type) {
      case "M":
        this.write(this.#commands.moveto);
        this.point(command.x, command.y);
        this.beginSubpath();
        return;
      case "L":
        this.#lineTo(command.x, command.y);
        return;
      case "Q":
        this.write(this.#commands.quadratic);
        this.point(command.x1, command.y1);
        this.point(command.x, command.y);
        return;
      case "C":
        this.write(this.#commands.cubic);
        this.point(command.x1, command.y1);
        this.point(command.x2, command.y2);
        this.point(command.x, command.y);
        return;
      case "A":
        this.#arc(command);
        return;
      case "Z":
        this.write(this.#commands.close);
        this.closeSubpath();
    }
  }

  #lineTo(x: number, y: number): void {
    if (!this.#merged && y === this.y) {
      this.write(this.#commands.horizontal);
      this.toX(x);
    } else if (!this.#merged && x === this.x) {
      this.write(this.#commands.vertical);
      this.toY(y);
    } else {
      this.write(this.#commands.lineto);
      this.point(x, y);
    }
  }

  #arc({ rx, ry, rotation, largeArc, sweep, x, y }: Extract<PathCommand, { type: "A" }>): void {
    const { circularArc, ellipticArc, rotatedArc } = this.#commands;
    const arc = rotation !== 0 ? rotatedArc : rx !== ry ? ellipticArc : circularArc;
    this.write(arc, (largeArc ? 2 : 0) + (sweep ? 1 : 0));
    this.number(rx);
    if (arc !== circularArc) this.number(ry);
    if (arc === rotatedArc) this.number(rotation);
    this.point(x, y);
  }
}
