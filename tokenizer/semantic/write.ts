/**
 * Writes a drawing as LLM4SVG does: each element's tag token, its geometry, then its appearance, every
 * token followed by its value as text. What the 58 tokens have no name for stands as words behind
 * the token that it belongs to:
 *
 *     [<|fill|>]#fde030 evenodd opacity 0.5
 *     [<|stroke|>]#000 opacity 0.5 linejoin round miterlimit 8 dasharray 4 2 dashoffset 1
 *     [<|fill|>]gradient[<|svg_linearGradient|>][<|x1|>]0[<|y1|>]0[<|x2|>]9[<|y2|>]9 spread repeat
 *         [<|svg_stop|>][<|offset|>]0.25 #fff opacity 0.5
 *     [<|svg_radialGradient|>][<|cx|>]9[<|cy|>]9[<|gradientTransform|>]12 9 9 10[<|fx|>]8[<|fy|>]9
 *
 * (a radial gradient's transform being the ends of its axes, where they are not those of a circle).
 * A fill that is left out is black. There is one way to write each drawing.
 */
import type {
  Color,
  CurrentColor,
  Drawing,
  DrawingElement,
  Paint,
  Shape,
  Stroke,
} from "../../svg/index.ts";
import { EncodeError } from "../core/svg-tokenizer.ts";
import { formatDecimal } from "./numbers.ts";
import { type SemanticOptions, semanticCanonical } from "./options.ts";
import { type SemanticName, semanticToken } from "./tokens.ts";
import { PathWriter } from "./write-path.ts";

/** Groups within groups beyond this are refused, so that no input can exhaust the stack. */
export const deepestNesting = 256;

/** @throws EncodeError when the drawing is not canonical. */
export function writeDrawing(drawing: Drawing, options: SemanticOptions): string {
  return new DrawingWriter(options).drawing(drawing);
}

class DrawingWriter {
  readonly #options: SemanticOptions;
  #text = "";
  /** Index of the outermost element being written, for messages. */
  #element = 0;

  constructor(options: SemanticOptions) {
    this.#options = options;
  }

  drawing({ width, height, elements }: Drawing): string {
    const { grid } = semanticCanonical(this.#options);
    if (Math.max(width, height) !== grid) {
      throw new EncodeError(
        `the view box is ${width} x ${height}, but its longer side must be the grid of ${grid}`,
      );
    }
    this.#put("START_OF_SVG");
    if (width < grid) this.#put("width", this.#number(width));
    else if (height < grid) this.#put("height", this.#number(height));
    elements.forEach((element, i) => {
      this.#element = i;
      this.#drawingElement(element, 0);
    });
    this.#put("END_OF_SVG");
    return this.#text;
  }

  #drawingElement(element: DrawingElement, depth: number): void {
    if (element.kind !== "group") {
      this.#geometry(element);
      this.#appearance(element);
      return;
    }
    if (depth >= deepestNesting) this.#refuse(`groups nest deeper than ${deepestNesting}`);
    this.#put("start_of_g");
    if (element.opacity !== 100) this.#put("opacity", this.#share(element.opacity));
    for (const child of element.children) this.#drawingElement(child, depth + 1);
    this.#put("end_of_g");
  }

  #geometry(shape: Shape): void {
    switch (shape.kind) {
      case "path":
        this.#put("svg_path");
        this.#put("path_d");
        if (shape.commands[0]?.type !== "M") this.#refuse("its path does not begin with a moveto");
        this.#text += new PathWriter(this.#options.positions, (n) => this.#number(n)).write(
          shape.commands,
        );
        return;
      case "circle":
        this.#put("svg_circle");
        this.#values({ cx: shape.cx, cy: shape.cy, r: shape.r });
        return;
      case "ellipse":
        this.#put("svg_ellipse");
        this.#values({ cx: shape.cx, cy: shape.cy, rx: shape.rx, ry: shape.ry });
        return;
      case "rect": {
        const { x, y, width, height, rx, ry } = shape;
        this.#put("svg_rect");
        this.#values({ x, y, width, height, ...(rx === 0 && ry === 0 ? {} : { rx, ry }) });
        return;
      }
      case "line":
        this.#put("svg_line");
        this.#values({ x1: shape.x1, y1: shape.y1, x2: shape.x2, y2: shape.y2 });
        return;
      case "polyline":
      case "polygon": {
        this.#put(shape.kind === "polyline" ? "svg_polyline" : "svg_polygon");
        const numbers = shape.points.flatMap(({ x, y }) => [this.#number(x), this.#number(y)]);
        this.#put("points", numbers.join(" "));
        return;
      }
    }
  }

  #appearance({ fill, fillRule, fillOpacity, stroke, opacity }: Shape): void {
    const words = [
      ...(fillRule === "evenodd" ? ["evenodd"] : []),
      ...(fillOpacity === 100 ? [] : ["opacity", this.#share(fillOpacity)]),
    ];
    const black = fill?.kind === "color" && fill.rgb === 0;
    if (!black || words.length > 0) this.#paint("fill", fill, words);
    if (stroke !== null) this.#stroke(stroke);
    if (opacity !== 100) this.#put("opacity", this.#share(opacity));
  }

  #stroke(stroke: Stroke): void {
    const words = stroke.opacity === 100 ? [] : ["opacity", this.#share(stroke.opacity)];
    if (stroke.join !== "miter") words.push("linejoin", stroke.join);
    if (stroke.miterLimit !== 4) words.push("miterlimit", this.#integer(stroke.miterLimit));
    if (stroke.dashes.length > 0) {
      words.push("dasharray", ...stroke.dashes.map((dash) => this.#quarters(dash)));
    }
    if (stroke.dashOffset !== 0) words.push("dashoffset", this.#quarters(stroke.dashOffset));
    this.#paint("stroke", stroke.paint, words);
    this.#put("stroke-width", this.#quarters(stroke.width));
    if (stroke.cap !== "butt") this.#put("stroke-linecap", stroke.cap);
  }

  #paint(name: "fill" | "stroke", paint: Paint | null, words: readonly string[]): void {
    if (paint === null) this.#put(name, ["none", ...words].join(" "));
    else if (paint.kind === "color" || paint.kind === "currentColor") {
      this.#put(name, [formatColor(paint), ...words].join(" "));
    } else {
      this.#put(name, ["gradient", ...words].join(" "));
      this.#gradient(paint);
    }
  }

  #gradient(gradient: Exclude<Paint, Color | CurrentColor>): void {
    if (gradient.kind === "linearGradient") {
      const { x1, y1, x2, y2 } = gradient;
      this.#put("svg_linearGradient");
      this.#values({ x1, y1, x2, y2 });
    } else {
      const { cx, cy, ax, ay, bx, by, fx, fy } = gradient;
      const r = ax - cx;
      const circle = r >= 0 && ay === cy && bx === cx && by - cy === r;
      this.#put("svg_radialGradient");
      this.#values({ cx, cy, ...(circle ? { r } : {}) });
      if (!circle) {
        const axes = [ax, ay, bx, by].map((value) => this.#number(value));
        this.#put("gradientTransform", axes.join(" "));
      }
      if (fx !== cx || fy !== cy) this.#values({ fx, fy });
    }
    if (gradient.spread !== "pad") this.#text += ` spread ${gradient.spread}`;
    for (const { offset, color, opacity } of gradient.stops) {
      const words = [this.#share(offset), formatColor(color)];
      if (opacity !== 100) words.push("opacity", this.#share(opacity));
      this.#put("svg_stop");
      this.#put("offset", words.join(" "));
    }
  }

  #values(values: Partial<Record<SemanticName, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.#put(name as SemanticName, this.#number(value));
    }
  }

  #put(name: SemanticName, value = ""): void {
    this.#text += semanticToken(name) + value;
  }

  /** A coordinate or size: an integer of the canonical grid. */
  #number(value: number): string {
    return formatDecimal(this.#whole(value, value), this.#options.precision);
  }

  #quarters(value: number): string {
    return formatDecimal(25 * this.#whole(4 * value, value), this.#options.precision + 2);
  }

  #share(percent: number): string {
    return formatDecimal(this.#whole(percent, percent), 2);
  }

  #integer(value: number): string {
    return String(this.#whole(value, value));
  }

  #whole(integer: number, shown: number): number {
    if (!Number.isInteger(integer) || Math.abs(integer) > 1e8) {
      this.#refuse(`${shown} is no number of a canonical drawing`);
    }
    return integer;
  }

  #refuse(why: string): never {
    throw new EncodeError(`element ${this.#element}: ${why}`);
  }
}

function formatColor(color: Color | CurrentColor): string {
  if (color.kind === "currentColor") return "currentColor";
  const hex = color.rgb.toString(16).padStart(6, "0");
  const short = hex[0] === hex[1] && hex[2] === hex[3] && hex[4] === hex[5];
  return short ? `#${hex[0]}${hex[2]}${hex[4]}` : `#${hex}`;
}
