/** Reads a drawing from its items: the inverse of `write.ts`, by recursive descent. */
import type { Appearance, Drawing, DrawingElement, Shape, Stroke } from "../../svg/index.ts";
import { DecodeError } from "../core/svg-tokenizer.ts";
import { ItemReader } from "./item-reader.ts";
import type { Item } from "./items.ts";
import { type SemanticOptions, semanticCanonical } from "./options.ts";
import { readPaint } from "./read-paint.ts";
import { readPath } from "./read-path.ts";
import type { SemanticName } from "./tokens.ts";
import { deepestNesting } from "./write.ts";

/** @throws DecodeError with the position of the first item that does not fit. */
export function readDrawing(
  items: readonly Item[],
  options: SemanticOptions,
  end: number,
): Drawing {
  return new DrawingReader(new ItemReader(items, options.precision, end), options).drawing();
}

const caps = ["butt", "round", "square"] as const;

class DrawingReader {
  readonly #items: ItemReader;
  readonly #options: SemanticOptions;

  constructor(items: ItemReader, options: SemanticOptions) {
    this.#items = items;
    this.#options = options;
  }

  drawing(): Drawing {
    const items = this.#items;
    const { grid } = semanticCanonical(this.#options);
    items.expectEmpty("START_OF_SVG");
    const size = { width: grid, height: grid };
    if (items.at("width")) size.width = this.#shorterSide("width", grid);
    else if (items.at("height")) size.height = this.#shorterSide("height", grid);
    const elements = this.#elements(0);
    items.expectEmpty("END_OF_SVG");
    items.expectEnd();
    return { ...size, elements };
  }

  #shorterSide(name: "width" | "height", grid: number): number {
    const { position } = this.#items;
    const value = this.#items.number(name);
    if (value < 1 || value >= grid) {
      throw new DecodeError(`the shorter side of the view box cannot be ${value}`, position);
    }
    return value;
  }

  #elements(depth: number): DrawingElement[] {
    const items = this.#items;
    const elements: DrawingElement[] = [];
    for (;;) {
      if (items.at("start_of_g")) {
        if (depth >= deepestNesting) items.fail(`groups nest deeper than ${deepestNesting}`);
        items.expectEmpty("start_of_g");
        const opacity = items.at("opacity") ? items.share("opacity") : 100;
        const children = this.#elements(depth + 1);
        items.expectEmpty("end_of_g");
        elements.push({ kind: "group", opacity, children });
        continue;
      }
      const shape = this.#shape();
      if (shape === undefined) return elements;
      elements.push(shape);
    }
  }

  #shape(): Shape | undefined {
    const items = this.#items;
    switch (items.name) {
      case "svg_path":
        items.expectEmpty("svg_path");
        items.expectEmpty("path_d");
        return {
          kind: "path",
          commands: readPath(items, this.#options.positions),
          ...this.#appearance(),
        };
      case "svg_circle":
        items.expectEmpty("svg_circle");
        return { kind: "circle", ...this.#numbers(["cx", "cy", "r"]), ...this.#appearance() };
      case "svg_ellipse":
        items.expectEmpty("svg_ellipse");
        return {
          kind: "ellipse",
          ...this.#numbers(["cx", "cy", "rx", "ry"]),
          ...this.#appearance(),
        };
      case "svg_rect": {
        items.expectEmpty("svg_rect");
        const sides = this.#numbers(["x", "y", "width", "height"]);
        const radii = items.at("rx") ? this.#numbers(["rx", "ry"]) : { rx: 0, ry: 0 };
        return { kind: "rect", ...sides, ...radii, ...this.#appearance() };
      }
      case "svg_line":
        items.expectEmpty("svg_line");
        return {
          kind: "line",
          ...this.#numbers(["x1", "y1", "x2", "y2"]),
          ...this.#appearance(),
        };
      case "svg_polyline":
      case "svg_polygon":
        return this.#polygon(items.name === "svg_polyline" ? "polyline" : "polygon");
      default:
        return undefined;
    }
  }

  #polygon(kind: "polyline" | "polygon"): Shape {
    const items = this.#items;
    items.expectEmpty(`svg_${kind}`);
    const { position } = items;
    const numbers = items.numbers("points");
    if (numbers.length % 2 !== 0) throw new DecodeError("the last point has no y", position);
    const points = Array.from({ length: numbers.length / 2 }, (_, i) => ({
      x: numbers[2 * i]!,
      y: numbers[2 * i + 1]!,
    }));
    return { kind, points, ...this.#appearance() };
  }

  #numbers<Name extends SemanticName>(names: readonly Name[]): Record<Name, number> {
    const values = names.map((name) => [name, this.#items.number(name)] as const);
    return Object.fromEntries(values) as Record<Name, number>;
  }

  #appearance(): Appearance {
    const items = this.#items;
    const look = {
      fill: { kind: "color", rgb: 0 } as Appearance["fill"],
      fillRule: "nonzero" as Appearance["fillRule"],
      fillOpacity: 100,
      stroke: null as Stroke | null,
      opacity: 100,
    };
    if (items.at("fill")) {
      const { paint, words } = readPaint(items, "fill");
      look.fill = paint;
      if (words.take("evenodd")) look.fillRule = "evenodd";
      if (words.take("opacity")) look.fillOpacity = words.share();
      words.end();
    }
    if (items.at("stroke")) look.stroke = this.#stroke();
    if (items.at("opacity")) look.opacity = items.share("opacity");
    return look;
  }

  #stroke(): Stroke {
    const items = this.#items;
    const { paint, words } = readPaint(items, "stroke");
    if (paint === null) return items.fail("a stroke of none is left out");
    const opacity = words.take("opacity") ? words.share() : 100;
    const join = words.take("linejoin") ? words.choice(["round", "bevel"] as const) : "miter";
    const miterLimit = words.take("miterlimit") ? words.integer() : 4;
    const dashes = words.take("dasharray") ? words.quarters() : [];
    const dashOffset = words.take("dashoffset") ? words.quarter() : 0;
    words.end();
    const width = items.quarter("stroke-width");
    const cap = items.at("stroke-linecap") ? items.choice("stroke-linecap", caps) : "butt";
    return { paint, width, cap, join, miterLimit, dashes, dashOffset, opacity };
  }
}
