/**
 * Writes a drawing's tokens: its size where it is not square, then for each element the appearance
 * that differs from the last one's, the element's token and its coordinates. An element needs no end
 * token: the next token that is no command or point of it ends it. There is one way to write each
 * drawing.
 */
import type {
  Drawing,
  DrawingElement,
  Group,
  PathCommand,
  PathShape,
  Point,
  Shape,
} from "../../svg/index.ts";
import { EncodeError } from "../core/svg-tokenizer.ts";
import { deepestNesting, type PathLayout } from "./layout.ts";
import type { PathOptions } from "./options.ts";
import { initialPen } from "./pen.ts";
import { TokenWriter } from "./token-writer.ts";
import { AppearanceWriter } from "./write-appearance.ts";

/** @throws EncodeError naming the element that is not canonical or needs a token that is absent. */
export function encodeDrawing(
  drawing: Drawing,
  layout: PathLayout,
  options: PathOptions,
): number[] {
  const writer = new TokenWriter(layout, options);
  new DrawingWriter(writer, options).drawing(drawing);
  return writer.ids;
}

class DrawingWriter {
  readonly #writer: TokenWriter;
  readonly #appearance: AppearanceWriter;
  readonly #relative: boolean;
  /** The last point, and the point to which a closepath returns. */
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;

  constructor(writer: TokenWriter, options: PathOptions) {
    this.#writer = writer;
    this.#appearance = new AppearanceWriter(writer, initialPen(options));
    this.#relative = options.positions === "relative";
  }

  drawing(drawing: Drawing): void {
    const layout = this.#writer.layout;
    const { width, height, elements } = drawing;
    this.#writer.ids.push(layout.special.drawing);
    if (Math.max(width, height) !== layout.grid) {
      throw new EncodeError(
        `the view box is ${width} x ${height}, but its longer side must be the grid of ${layout.grid}`,
      );
    }
    if (width < layout.grid) {
      this.#writer.ids.push(layout.width);
      this.#writer.integer(width);
    } else if (height < layout.grid) {
      this.#writer.ids.push(layout.height);
      this.#writer.integer(height);
    }
    for (let i = 0; i < elements.length; i++) {
      this.#writer.element = i;
      this.#drawingElement(elements[i]!, 0);
    }
    this.#writer.ids.push(layout.special.eos);
  }

  #drawingElement(element: DrawingElement, depth: number): void {
    if (element.kind === "group") this.#group(element, depth);
    else this.#shape(element);
  }

  #group(group: Group, depth: number): void {
    const layout = this.#writer.layout;
    if (depth >= deepestNesting) this.#writer.refuse(`groups nest deeper than ${deepestNesting}`);
    this.#writer.token(layout.group, "groups");
    if (group.opacity !== 100) this.#writer.number(layout.groupOpacity, group.opacity, "opacity");
    for (const child of group.children) this.#drawingElement(child, depth + 1);
    this.#writer.ids.push(layout.endGroup);
  }

  #shape(shape: Shape): void {
    this.#appearance.write(shape);
    const layout = this.#writer.layout;
    switch (shape.kind) {
      case "path":
        this.#path(shape);
        return;
      case "circle":
        this.#writer.token(layout.circle, "shapes");
        this.#firstPoint(shape.cx, shape.cy);
        this.#writer.length(shape.r);
        return;
      case "ellipse":
        this.#writer.token(layout.ellipse, "shapes");
        this.#firstPoint(shape.cx, shape.cy);
        this.#writer.length(shape.rx);
        this.#writer.length(shape.ry);
        return;
      case "rect": {
        const { rx, ry } = shape;
        const sharp = rx === 0 && ry === 0;
        const kind = sharp ? layout.rect : rx === ry ? layout.roundRect : layout.ovalRect;
        this.#writer.token(kind, "shapes");
        this.#firstPoint(shape.x, shape.y);
        this.#writer.length(shape.width);
        this.#writer.length(shape.height);
        if (!sharp) this.#writer.length(rx);
        if (rx !== ry) this.#writer.length(ry);
        return;
      }
      case "line":
        this.#writer.token(layout.line, "shapes");
        this.#firstPoint(shape.x1, shape.y1);
        this.#point(shape.x2, shape.y2);
        return;
      case "polyline":
        this.#writer.token(layout.polyline, "shapes");
        this.#points(shape.points);
        return;
      case "polygon":
        this.#writer.token(layout.polygon, "shapes");
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
    const layout = this.#writer.layout;
    const { commands } = path;
    const first = commands[0];
    if (first?.type !== "M") this.#writer.refuse("its path does not begin with a moveto");
    this.#writer.ids.push(layout.path);
    this.#firstPoint(first.x, first.y);
    for (let i = 1; i < commands.length; i++) this.#command(commands[i]!);
  }

  #command(command: PathCommand): void {
    const layout = this.#writer.layout;
    switch (command.type) {
      case "M":
        this.#writer.ids.push(layout.moveto);
        this.#firstPoint(command.x, command.y);
        return;
      case "L":
        this.#lineTo(command.x, command.y);
        return;
      case "Q":
        this.#writer.token(layout.quadratic, "quadratics");
        this.#point(command.x1, command.y1);
        this.#point(command.x, command.y);
        return;
      case "C":
        this.#writer.ids.push(layout.cubic);
        this.#point(command.x1, command.y1);
        this.#point(command.x2, command.y2);
        this.#point(command.x, command.y);
        return;
      case "A":
        this.#arc(command);
        return;
      case "Z":
        this.#writer.ids.push(layout.close);
        this.#x = this.#startX;
        this.#y = this.#startY;
    }
  }

  #lineTo(x: number, y: number): void {
    const layout = this.#writer.layout;
    if (!this.#writer.merged && y === this.#y) {
      this.#writer.ids.push(layout.horizontal);
      this.#coordinate(x, this.#x, layout.x, layout.dx);
      this.#x = x;
    } else if (!this.#writer.merged && x === this.#x) {
      this.#writer.ids.push(layout.vertical);
      this.#coordinate(y, this.#y, layout.y, layout.dy);
      this.#y = y;
    } else {
      this.#writer.ids.push(layout.lineto);
      this.#point(x, y);
    }
  }

  #arc(arc: Extract<PathCommand, { type: "A" }>): void {
    const layout = this.#writer.layout;
    const { rx, ry, rotation } = arc;
    const flags = (arc.largeArc ? 2 : 0) + (arc.sweep ? 1 : 0);
    const upright = rotation === 0;
    const kind = !upright ? layout.rotatedArc : rx === ry ? layout.circularArc : layout.ellipticArc;
    this.#writer.token(kind, "arcs", flags);
    this.#writer.length(rx);
    if (!upright || rx !== ry) this.#writer.length(ry);
    if (!upright) this.#writer.integer(rotation);
    this.#point(arc.x, arc.y);
  }

  /** A point that begins an element or a subpath: absolute, whatever the positions are. */
  #firstPoint(x: number, y: number): void {
    this.#writer.fixedPoint(x, y);
    this.#x = this.#startX = x;
    this.#y = this.#startY = y;
  }

  #point(x: number, y: number): void {
    const layout = this.#writer.layout;
    if (this.#writer.merged) this.#writer.mergedPoint(x, y);
    else {
      this.#coordinate(x, this.#x, layout.x, layout.dx);
      this.#coordinate(y, this.#y, layout.y, layout.dy);
    }
    this.#x = x;
    this.#y = y;
  }

  #coordinate(value: number, last: number, absolute: number, step: number): void {
    if (this.#relative) {
      const { relativeRange } = this.#writer.layout;
      const by = value - last;
      if (by >= -relativeRange && by <= relativeRange && Number.isInteger(by)) {
        this.#writer.ids.push(step + relativeRange + by);
        return;
      }
    }
    this.#writer.absolute(value, absolute);
  }
}
