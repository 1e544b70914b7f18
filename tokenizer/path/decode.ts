/** Reads a drawing's tokens: the inverse of `encode.ts`, by recursive descent. */
import type { Drawing, DrawingElement, PathCommand, Point, Shape } from "../../svg/index.ts";
import { DecodeError } from "../core/svg-tokenizer.ts";
import { deepestNesting, type PathLayout, within } from "./layout.ts";
import type { PathOptions } from "./options.ts";
import { initialPen } from "./pen.ts";
import { AppearanceReader } from "./read-appearance.ts";
import { TokenReader } from "./token-reader.ts";

/** @throws DecodeError with the position of the first token that does not fit. */
export function decodeDrawing(
  ids: ArrayLike<number>,
  layout: PathLayout,
  options: PathOptions,
): Drawing {
  return new DrawingReader(new TokenReader(ids, layout, options), options).drawing();
}

class DrawingReader {
  readonly #reader: TokenReader;
  readonly #appearance: AppearanceReader;
  readonly #relative: boolean;
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;

  constructor(reader: TokenReader, options: PathOptions) {
    this.#reader = reader;
    this.#appearance = new AppearanceReader(reader, initialPen(options));
    this.#relative = options.positions === "relative";
  }

  drawing(): Drawing {
    const { grid, special, width, height } = this.#reader.layout;
    if (!this.#reader.take(special.drawing))
      this.#reader.fail("a drawing begins with its opening token");
    const size = { width: grid, height: grid };
    if (this.#reader.take(width)) size.width = this.#shorterSide();
    else if (this.#reader.take(height)) size.height = this.#shorterSide();
    const elements = this.#elements(0);
    if (!this.#reader.take(special.eos)) this.#reader.fail("this token begins no element");
    if (this.#reader.position < this.#reader.ids.length)
      this.#reader.fail("the drawing has ended before this token");
    return { ...size, elements };
  }

  #shorterSide(): number {
    const at = this.#reader.position;
    const value = this.#reader.integer();
    if (value < 1 || value >= this.#reader.layout.grid) {
      throw new DecodeError(`the shorter side of the view box cannot be ${value}`, at);
    }
    return value;
  }

  #elements(depth: number): DrawingElement[] {
    const layout = this.#reader.layout;
    const elements: DrawingElement[] = [];
    for (;;) {
      if (this.#reader.take(layout.group)) {
        if (depth >= deepestNesting) {
          this.#reader.fail(`groups nest deeper than ${deepestNesting}`, this.#reader.position - 1);
        }
        const opacity = this.#reader.take(layout.groupOpacity) ? this.#reader.percent() : 100;
        const children = this.#elements(depth + 1);
        if (!this.#reader.take(layout.endGroup))
          this.#reader.fail("this token neither continues nor ends a group");
        elements.push({ kind: "group", opacity, children });
        continue;
      }
      const styled = this.#appearance.read();
      const shape = this.#shape();
      if (shape !== undefined) elements.push(shape);
      else if (styled) this.#reader.fail("an element must follow an appearance");
      else return elements;
    }
  }

  #shape(): Shape | undefined {
    const layout = this.#reader.layout;
    const id = this.#reader.peek();
    switch (id) {
      case layout.path: {
        this.#reader.position++;
        return { kind: "path", commands: this.#commands(), ...this.#appearance.look() };
      }
      case layout.circle: {
        this.#reader.position++;
        const [cx, cy] = this.#firstPoint();
        return { kind: "circle", cx, cy, r: this.#reader.length(), ...this.#appearance.look() };
      }
      case layout.ellipse: {
        this.#reader.position++;
        const [cx, cy] = this.#firstPoint();
        const rx = this.#reader.length();
        return {
          kind: "ellipse",
          cx,
          cy,
          rx,
          ry: this.#reader.length(),
          ...this.#appearance.look(),
        };
      }
      case layout.rect:
      case layout.roundRect:
      case layout.ovalRect:
        this.#reader.position++;
        return this.#rect(id);
      case layout.line: {
        this.#reader.position++;
        const [x1, y1] = this.#firstPoint();
        const [x2, y2] = this.#point();
        return { kind: "line", x1, y1, x2, y2, ...this.#appearance.look() };
      }
      case layout.polyline:
        this.#reader.position++;
        return { kind: "polyline", points: this.#points(), ...this.#appearance.look() };
      case layout.polygon:
        this.#reader.position++;
        return { kind: "polygon", points: this.#points(), ...this.#appearance.look() };
      default:
        return undefined;
    }
  }

  #rect(kind: number): Shape {
    const layout = this.#reader.layout;
    const [x, y] = this.#firstPoint();
    const width = this.#reader.length();
    const height = this.#reader.length();
    const rx = kind === layout.rect ? 0 : this.#reader.length();
    const ry = kind === layout.ovalRect ? this.#reader.length() : rx;
    return { kind: "rect", x, y, width, height, rx, ry, ...this.#appearance.look() };
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
    const layout = this.#reader.layout;
    const id = this.#reader.peek();
    if (id === layout.minus || id === layout.plus) return true;
    if (this.#reader.merged) return within(id, layout.point, layout.grid * layout.grid);
    return (
      within(id, layout.x, layout.grid + 1) || within(id, layout.dx, 2 * layout.relativeRange + 1)
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
    const layout = this.#reader.layout;
    const id = this.#reader.peek();
    switch (id) {
      case layout.moveto: {
        this.#reader.position++;
        const [x, y] = this.#firstPoint();
        return { type: "M", x, y };
      }
      case layout.lineto: {
        this.#reader.position++;
        const [x, y] = this.#point();
        return { type: "L", x, y };
      }
      case layout.horizontal: {
        this.#reader.position++;
        this.#x = this.#coordinate(this.#x, layout.x, layout.dx);
        return { type: "L", x: this.#x, y: this.#y };
      }
      case layout.vertical: {
        this.#reader.position++;
        this.#y = this.#coordinate(this.#y, layout.y, layout.dy);
        return { type: "L", x: this.#x, y: this.#y };
      }
      case layout.quadratic: {
        this.#reader.position++;
        const [x1, y1] = this.#point();
        const [x, y] = this.#point();
        return { type: "Q", x1, y1, x, y };
      }
      case layout.cubic: {
        this.#reader.position++;
        const [x1, y1] = this.#point();
        const [x2, y2] = this.#point();
        const [x, y] = this.#point();
        return { type: "C", x1, y1, x2, y2, x, y };
      }
      case layout.close:
        this.#reader.position++;
        this.#x = this.#startX;
        this.#y = this.#startY;
        return { type: "Z" };
      default:
        return this.#arc(id);
    }
  }

  #arc(id: number): PathCommand | undefined {
    const layout = this.#reader.layout;
    const first = [layout.circularArc, layout.ellipticArc, layout.rotatedArc].find((kind) =>
      within(id, kind, 4),
    );
    if (first === undefined) return undefined;
    this.#reader.position++;
    const flags = id - first;
    const rx = this.#reader.length();
    const ry = first === layout.circularArc ? rx : this.#reader.length();
    const rotation = first === layout.rotatedArc ? this.#reader.bounded(179) : 0;
    const [x, y] = this.#point();
    const largeArc = flags >= 2;
    return { type: "A", rx, ry, rotation, largeArc, sweep: flags % 2 === 1, x, y };
  }

  #firstPoint(): [number, number] {
    const point = this.#reader.fixedPoint();
    [this.#x, this.#y] = point;
    [this.#startX, this.#startY] = point;
    return point;
  }

  #point(): [number, number] {
    const layout = this.#reader.layout;
    if (this.#reader.merged) [this.#x, this.#y] = this.#reader.fixedPoint();
    else {
      this.#x = this.#coordinate(this.#x, layout.x, layout.dx);
      this.#y = this.#coordinate(this.#y, layout.y, layout.dy);
    }
    return [this.#x, this.#y];
  }

  #coordinate(last: number, absolute: number, step: number): number {
    const { relativeRange } = this.#reader.layout;
    const id = this.#reader.peek();
    if (this.#relative && within(id, step, 2 * relativeRange + 1)) {
      this.#reader.position++;
      return last + id - step - relativeRange;
    }
    return this.#reader.absolute(absolute);
  }
}
