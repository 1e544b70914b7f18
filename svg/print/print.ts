/**
 * Prints a drawing as minimal SVG. What most shapes have in common is written once around them, on
 * the root or on a group that is there anyway.
 */
import { type Canvas, showsOn } from "../canonical/shown.ts";
import type { Drawing, DrawingElement, Group, Shape } from "../drawing.ts";
import { GradientPrinter } from "./gradients.ts";
import { formatNumber, joinNumbers } from "./number.ts";
import { printPathData } from "./path-data.ts";
import {
  formatPercent,
  inheritedNames,
  initialValues,
  type Values,
  valuesOf,
} from "./properties.ts";

/**
 * Parsing what is printed gives the drawing again, if it is canonical under the same options. What
 * does not reach the canvas, which no canonical drawing holds, is left out: some renderers end on a
 * translucent element that is wholly off it.
 *
 * @returns one line, without an XML declaration
 * @example
 * const { drawing } = parseDrawing(svg);
 * const minified = printDrawing(drawing);
 */
export function printDrawing(drawing: Drawing): string {
  const printer = new DrawingPrinter();
  return printer.print(drawing);
}

/**
 * Prints a drawing element by element, where what was written cannot be changed any more: what the
 * first element looks like is written on the root, and gradients stand before their first use. The
 * parts together are a drawing that parses as {@link printDrawing}'s does, seldom longer.
 */
export class DrawingStream {
  readonly #printer = new DrawingPrinter();
  readonly #size: Canvas;
  #root: Values | null = null;
  #defined = 0;

  constructor(size: Canvas) {
    this.#size = size;
  }

  /** The next element's part; empty where it does not reach the canvas. */
  element(element: DrawingElement): string {
    const [shown] = elementsOn(this.#size, [element]);
    if (shown === undefined) return "";
    let opening = "";
    if (this.#root === null) {
      this.#root = this.#printer.looksOf(shown);
      opening = `${rootOf(this.#size)}${attributesOf(this.#root, initialValues)}>`;
    }
    const body = this.#printer.element(shown, this.#root);
    const { definitions } = this.#printer;
    const added = definitions.slice(this.#defined);
    this.#defined = definitions.length;
    return opening + added + body;
  }

  /** What comes after the last element. */
  end(): string {
    return this.#root === null ? `${rootOf(this.#size)}/>` : "</svg>";
  }
}

function rootOf({ width, height }: Canvas): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${joinNumbers([width, height])}"`;
}

class DrawingPrinter {
  readonly #gradients = new GradientPrinter();
  readonly #values = new Map<Shape, Values>();

  print(drawing: Drawing): string {
    const elements = elementsOn(drawing, drawing.elements);
    const root = rootOf(drawing);
    const { attributes, content } = this.#container(elements, initialValues);
    const inside = this.definitions + content;
    return inside === "" ? `${root}${attributes}/>` : `${root}${attributes}>${inside}</svg>`;
  }

  /** Of all gradients that were printed so far. */
  get definitions(): string {
    return this.#gradients.definitions;
  }

  #valuesOf(shape: Shape): Values {
    let values = this.#values.get(shape);
    if (values === undefined) {
      values = valuesOf(shape, (paint) => this.#gradients.print(paint));
      this.#values.set(shape, values);
    }
    return values;
  }

  #container(
    elements: readonly DrawingElement[],
    around: Values,
  ): { attributes: string; content: string } {
    const inside = this.common(elements, around);
    const attributes = attributesOf(inside, around);
    const content = elements.map((element) => this.element(element, inside)).join("");
    return { attributes, content };
  }

  element(element: DrawingElement, around: Values): string {
    return element.kind === "group" ? this.#group(element, around) : this.#shape(element, around);
  }

  #group(group: Group, around: Values): string {
    const { attributes, content } = this.#container(group.children, around);
    return `<g${opacityOf(group.opacity)}${attributes}>${content}</g>`;
  }

  #shape(shape: Shape, around: Values): string {
    const attributes = attributesOf(this.#valuesOf(shape), around);
    return `<${shape.kind}${opacityOf(shape.opacity)}${attributes}${geometryOf(shape)}/>`;
  }

  /** What an element says of itself, for those that follow to say only what differs. */
  looksOf(element: DrawingElement): Values {
    if (element.kind === "group") return this.common(element.children, initialValues);
    return this.#valuesOf(element).map((value, i) => value ?? initialValues[i]);
  }

  /** For each attribute the value that makes the elements and the container shortest together. */
  common(elements: readonly DrawingElement[], around: Values): Values {
    const counts = inheritedNames.map(() => new Map<string, number>());
    for (const shape of shapesIn(elements)) {
      this.#valuesOf(shape).forEach((value, i) => {
        if (value !== undefined) counts[i]!.set(value, (counts[i]!.get(value) ?? 0) + 1);
      });
    }
    return counts.map((count, i) => cheapest(count, around[i]!, inheritedNames[i]!.length));
  }
}

function elementsOn(canvas: Canvas, elements: readonly DrawingElement[]): DrawingElement[] {
  return elements.flatMap((element): DrawingElement[] => {
    if (element.kind !== "group") return showsOn(element, canvas) ? [element] : [];
    const children = elementsOn(canvas, element.children);
    return children.length === 0 ? [] : [{ ...element, children }];
  });
}

function* shapesIn(elements: readonly DrawingElement[]): Generator<Shape> {
  for (const element of elements) {
    if (element.kind === "group") yield* shapesIn(element.children);
    else yield element;
  }
}

/** Characters are saved where fewer elements differ; one attribute more is the price. */
function cheapest(counts: ReadonlyMap<string, number>, around: string, name: number): string {
  const cost = (value: string) => value.length + name + 4;
  let best = around;
  let most = (counts.get(around) ?? 0) * cost(around);
  for (const [value, count] of counts) {
    if (value === around) continue;
    const saved = (count - 1) * cost(value);
    if (saved > most) {
      best = value;
      most = saved;
    }
  }
  return best;
}

function attributesOf(values: Values, around: Values): string {
  let text = "";
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== undefined && value !== around[i]) text += ` ${inheritedNames[i]}="${value}"`;
  }
  return text;
}

function opacityOf(percent: number): string {
  return percent === 100 ? "" : ` opacity="${formatPercent(percent)}"`;
}

function geometryOf(shape: Shape): string {
  switch (shape.kind) {
    case "path":
      return ` d="${printPathData(shape.commands)}"`;
    case "circle":
      return numbers({ cx: shape.cx, cy: shape.cy, r: shape.r });
    case "ellipse":
      return numbers({ cx: shape.cx, cy: shape.cy, rx: shape.rx, ry: shape.ry });
    case "rect": {
      const { x, y, width, height, rx, ry } = shape;
      return numbers({ x, y, width, height, rx, ...(ry === rx ? {} : { ry }) });
    }
    case "line":
      return numbers({ x1: shape.x1, y1: shape.y1, x2: shape.x2, y2: shape.y2 });
    case "polyline":
    case "polygon":
      return ` points="${joinNumbers(shape.points.flatMap(({ x, y }) => [x, y]))}"`;
  }
}

/** Lengths that are 0 are so without being written. */
function numbers(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => ` ${name}="${formatNumber(value)}"`)
    .join("");
}
