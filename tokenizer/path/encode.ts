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
  PathCommand,
  Shape,
} from "../../svg/index.ts";
import { EncodeError } from "../core/svg-tokenizer.ts";
import type { Grammar } from "./grammar.ts";
import { caps, deepestNesting, fillRules, joins, spreads } from "./layout.ts";
import { initialPen, type Pen, type PenPaint, sameLengths, samePaint } from "./pen.ts";
import { ProductionWriter } from "./writer.ts";

/** @throws EncodeError naming the element that is not canonical or needs a token that is absent. */
export function encodeDrawing(drawing: Drawing, grammar: Grammar): number[] {
  const writer = new DrawingWriter(grammar);
  writer.drawing(drawing);
  return writer.ids;
}

class DrawingWriter extends ProductionWriter {
  readonly #pen: Pen;

  constructor(grammar: Grammar) {
    super(grammar);
    this.#pen = initialPen(grammar.layout.options);
  }

  drawing({ width, height, elements }: Drawing): void {
    const { grid } = this.grammar.layout.options;
    this.write(this.grammar.drawing, []);
    if (Math.max(width, height) !== grid) {
      throw new EncodeError(
        `the view box is ${width} x ${height}, but its longer side must be the grid of ${grid}`,
      );
    }
    if (width < grid) this.write(this.grammar.width, [width]);
    else if (height < grid) this.write(this.grammar.height, [height]);
    for (let i = 0; i < elements.length; i++) {
      this.element = i;
      this.#element(elements[i]!, 0);
    }
    this.write(this.grammar.eos, []);
  }

  #element(element: DrawingElement, depth: number): void {
    if (element.kind !== "group") {
      this.#appearance(element);
      this.#shape(element);
      return;
    }
    if (depth >= deepestNesting) this.refuse(`groups nest deeper than ${deepestNesting}`);
    this.write(this.grammar.group, []);
    if (element.opacity !== 100) this.write(this.grammar.groupOpacity, [element.opacity]);
    for (const child of element.children) this.#element(child, depth + 1);
    this.write(this.grammar.endGroup, []);
  }

  /** What differs from the pen, in the order of the properties' ranks. */
  #appearance({ fill, fillRule, fillOpacity, stroke, opacity }: Shape): void {
    const pen = this.#pen;
    if (!samePaint(fill, pen.fill)) {
      this.#paint(fill);
      pen.fill = fill;
    }
    const strokePaint = stroke?.paint ?? null;
    if (!samePaint(strokePaint, pen.stroke)) {
      this.write(this.grammar.properties.stroke, []);
      this.#paint(strokePaint);
      pen.stroke = strokePaint;
    }
    if (stroke !== null) {
      if (stroke.width !== pen.strokeWidth)
        this.write(this.grammar.properties.strokeWidth, [stroke.width * 4]);
      if (stroke.cap !== pen.cap)
        this.write(this.grammar.properties.cap, [], caps.indexOf(stroke.cap));
      if (stroke.join !== pen.join)
        this.write(this.grammar.properties.join, [], joins.indexOf(stroke.join));
      if (stroke.miterLimit !== pen.miterLimit)
        this.write(this.grammar.properties.miterLimit, [stroke.miterLimit]);
      if (!sameLengths(stroke.dashes, pen.dashes)) {
        const dashes = stroke.dashes.map((dash) => dash * 4);
        this.write(this.grammar.properties.dashes, [dashes.length, ...dashes]);
      }
      if (stroke.dashOffset !== pen.dashOffset) {
        this.write(this.grammar.properties.dashOffset, [stroke.dashOffset * 4]);
      }
      if (stroke.opacity !== pen.strokeOpacity)
        this.write(this.grammar.properties.strokeOpacity, [stroke.opacity]);
      pen.strokeWidth = stroke.width;
      pen.cap = stroke.cap;
      pen.join = stroke.join;
      pen.miterLimit = stroke.miterLimit;
      pen.dashes = stroke.dashes;
      pen.dashOffset = stroke.dashOffset;
      pen.strokeOpacity = stroke.opacity;
    }
    if (fillOpacity !== pen.fillOpacity)
      this.write(this.grammar.properties.fillOpacity, [fillOpacity]);
    if (fillRule !== pen.fillRule)
      this.write(this.grammar.properties.fillRule, [], fillRules.indexOf(fillRule));
    if (opacity !== pen.opacity) this.write(this.grammar.properties.opacity, [opacity]);
    pen.fillOpacity = fillOpacity;
    pen.fillRule = fillRule;
    pen.opacity = opacity;
  }

  #paint(paint: PenPaint): void {
    switch (paint?.kind) {
      case undefined:
        this.write(this.grammar.paints.none, []);
        return;
      case "color":
      case "currentColor":
        this.#color(paint);
        return;
      case "linearGradient": {
        const { x1, y1, x2, y2, spread } = paint;
        this.write(this.grammar.paints.linearGradient, [x1, y1, x2, y2, spreads.indexOf(spread)]);
        break;
      }
      case "radialGradient": {
        const { cx, cy, ax, ay, bx, by, fx, fy } = paint;
        const spread = spreads.indexOf(paint.spread);
        if (fx === cx && fy === cy) {
          this.write(this.grammar.paints.radialGradient, [cx, cy, ax, ay, bx, by, spread]);
        } else
          this.write(this.grammar.paints.focalGradient, [cx, cy, ax, ay, bx, by, fx, fy, spread]);
      }
    }
    for (const stop of paint.stops) {
      this.write(this.grammar.stops.stop, [stop.offset]);
      this.#color(stop.color);
      if (stop.opacity !== 100) this.write(this.grammar.stops.stopOpacity, [stop.opacity]);
    }
  }

  #color(color: Color | CurrentColor): void {
    if (color.kind === "currentColor") {
      this.write(this.grammar.paints.currentColor, []);
      return;
    }
    const { rgb } = color;
    const { count } = this.grammar.layout;
    if (count.red > 0) {
      this.write(this.grammar.paints.red, [(rgb >> 8) & 0xff, rgb & 0xff], rgb >> 16);
      return;
    }
    const upper = ((rgb >> 12) & 0xf00) | ((rgb >> 8) & 0xf0) | ((rgb >> 4) & 0xf);
    const lower = ((rgb >> 8) & 0xf00) | ((rgb >> 4) & 0xf0) | (rgb & 0xf);
    if (count.shade === 0 && upper !== lower) {
      const hex = rgb.toString(16).padStart(6, "0");
      this.refuse(`color #${hex} is none of the 4,096 of 12 bits`);
    }
    this.write(this.grammar.paints.color, [lower], upper);
  }

  #shape(shape: Shape): void {
    switch (shape.kind) {
      case "path":
        this.#commands(shape.commands);
        return;
      case "circle":
        this.write(this.grammar.shapes.circle, [shape.cx, shape.cy, shape.r]);
        return;
      case "ellipse":
        this.write(this.grammar.shapes.ellipse, [shape.cx, shape.cy, shape.rx, shape.ry]);
        return;
      case "rect": {
        const { x, y, width, height, rx, ry } = shape;
        const { rect, roundRect, ovalRect } = this.grammar.shapes;
        const kind = rx !== ry ? ovalRect : rx === 0 ? rect : roundRect;
        this.write(kind, [x, y, width, height, rx, ry]);
        return;
      }
      case "line":
        this.write(this.grammar.shapes.line, [shape.x1, shape.y1, shape.x2, shape.y2]);
        return;
      case "polyline":
      case "polygon":
        this.write(this.grammar.shapes[shape.kind], []);
        shape.points.forEach(({ x, y }, i) => {
          this.fill(i === 0 ? this.grammar.points.first : this.grammar.points.next, [x, y]);
        });
    }
  }

  #commands(commands: readonly PathCommand[]): void {
    const first = commands[0];
    if (first?.type !== "M") this.refuse("its path does not begin with a moveto");
    this.write(this.grammar.shapes.path, [first.x, first.y]);
    this.beginSubpath();
    for (let i = 1; i < commands.length; i++) this.#command(commands[i]!);
  }

  #command(command: PathCommand): void {
    switch (command.type) {
      case "M":
        this.write(this.grammar.commands.moveto, [command.x, command.y]);
        this.beginSubpath();
        return;
      case "L": {
        const { x, y } = command;
        const { merged } = this.grammar;
        if (!merged && y === this.y) this.write(this.grammar.commands.horizontal, [x]);
        else if (!merged && x === this.x) this.write(this.grammar.commands.vertical, [y]);
        else this.write(this.grammar.commands.lineto, [x, y]);
        return;
      }
      case "Q":
        this.write(this.grammar.commands.quadratic, [command.x1, command.y1, command.x, command.y]);
        return;
      case "C": {
        const { x1, y1, x2, y2, x, y } = command;
        this.write(this.grammar.commands.cubic, [x1, y1, x2, y2, x, y]);
        return;
      }
      case "A": {
        const { rx, ry, rotation, x, y } = command;
        const flags = (command.largeArc ? 2 : 0) + (command.sweep ? 1 : 0);
        if (rotation !== 0)
          this.write(this.grammar.commands.rotatedArc, [rx, ry, rotation, x, y], flags);
        else if (rx !== ry) this.write(this.grammar.commands.ellipticArc, [rx, ry, x, y], flags);
        else this.write(this.grammar.commands.circularArc, [rx, x, y], flags);
        return;
      }
      case "Z":
        this.write(this.grammar.commands.close, []);
        this.closeSubpath();
    }
  }
}
