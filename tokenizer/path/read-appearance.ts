/** Reads what an element's appearance changes of that of the one before. */
import type {
  Appearance,
  Color,
  CurrentColor,
  GradientStop,
  Paint,
  Stroke,
} from "../../svg/index.ts";
import { caps, fillRules, joins, spreads, within } from "./layout.ts";
import type { Pen } from "./pen.ts";
import type { TokenReader } from "./token-reader.ts";

export class AppearanceReader {
  readonly #reader: TokenReader;
  readonly #pen: Pen;

  constructor(reader: TokenReader, pen: Pen) {
    this.#reader = reader;
    this.#pen = pen;
  }

  /** Reads what may precede an element; true when anything did. */
  read(): boolean {
    const from = this.#reader.position;
    while (this.#property());
    return this.#reader.position > from;
  }

  #property(): boolean {
    const layout = this.#reader.layout;
    const pen = this.#pen;
    const id = this.#reader.peek();
    if (within(id, layout.cap, caps.length)) pen.cap = caps[id - layout.cap]!;
    else if (within(id, layout.join, joins.length)) pen.join = joins[id - layout.join]!;
    else if (within(id, layout.fillRule, fillRules.length)) {
      pen.fillRule = fillRules[id - layout.fillRule]!;
    } else return this.#longProperty(id);
    this.#reader.position++;
    return true;
  }

  /** A property of more than one token, or the fill. */
  #longProperty(id: number): boolean {
    const layout = this.#reader.layout;
    const pen = this.#pen;
    if (id < 0) return false;
    if (this.#beginsPaint(id)) {
      pen.fill = this.#paint();
      return true;
    }
    const next = this.#reader.position + 1;
    switch (id) {
      case layout.stroke:
        this.#reader.position = next;
        pen.stroke = this.#paint();
        return true;
      case layout.strokeWidth:
        this.#reader.position = next;
        pen.strokeWidth = this.#reader.integer() / 4;
        return true;
      case layout.miterLimit:
        this.#reader.position = next;
        pen.miterLimit = this.#reader.integer();
        return true;
      case layout.dashes: {
        this.#reader.position = next;
        const count = this.#reader.bounded(this.#reader.ids.length);
        pen.dashes = Array.from({ length: count }, () => this.#reader.integer() / 4);
        return true;
      }
      case layout.dashOffset:
        this.#reader.position = next;
        pen.dashOffset = this.#reader.signed() / 4;
        return true;
      case layout.strokeOpacity:
        this.#reader.position = next;
        pen.strokeOpacity = this.#reader.percent();
        return true;
      case layout.fillOpacity:
        this.#reader.position = next;
        pen.fillOpacity = this.#reader.percent();
        return true;
      case layout.opacity:
        this.#reader.position = next;
        pen.opacity = this.#reader.percent();
        return true;
      default:
        return false;
    }
  }

  #beginsPaint(id: number): boolean {
    const layout = this.#reader.layout;
    return (
      id === layout.none ||
      id === layout.linearGradient ||
      id === layout.radialGradient ||
      id === layout.focalGradient ||
      this.#beginsColor(id)
    );
  }

  #beginsColor(id: number): boolean {
    const layout = this.#reader.layout;
    return (
      id === layout.currentColor || within(id, layout.color, 0x1000) || within(id, layout.red, 256)
    );
  }

  #paint(): Paint | null {
    const layout = this.#reader.layout;
    if (this.#reader.take(layout.none)) return null;
    if (this.#reader.take(layout.linearGradient)) {
      const [x1, y1] = this.#reader.fixedPoint();
      const [x2, y2] = this.#reader.fixedPoint();
      return { kind: "linearGradient", x1, y1, x2, y2, ...this.#ramp() };
    }
    const focal = this.#reader.take(layout.focalGradient);
    if (!focal && !this.#reader.take(layout.radialGradient)) return this.#color();
    const [cx, cy] = this.#reader.fixedPoint();
    const [ax, ay] = this.#reader.fixedPoint();
    const [bx, by] = this.#reader.fixedPoint();
    const [fx, fy] = focal ? this.#reader.fixedPoint() : [cx, cy];
    return { kind: "radialGradient", cx, cy, ax, ay, bx, by, fx, fy, ...this.#ramp() };
  }

  #ramp(): { spread: "pad" | "reflect" | "repeat"; stops: GradientStop[] } {
    const layout = this.#reader.layout;
    const id = this.#reader.peek();
    if (!within(id, layout.spread, spreads.length)) this.#reader.fail("a spread must stand here");
    this.#reader.position++;
    const stops: GradientStop[] = [];
    while (this.#reader.take(layout.stop)) {
      const offset = this.#reader.percent();
      const color = this.#color();
      const opacity = this.#reader.take(layout.stopOpacity) ? this.#reader.percent() : 100;
      stops.push({ offset, color, opacity });
    }
    return { spread: spreads[id - layout.spread]!, stops };
  }

  #color(): Color | CurrentColor {
    const layout = this.#reader.layout;
    if (this.#reader.take(layout.currentColor)) return { kind: "currentColor" };
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
    const id = this.#reader.peek();
    if (!within(id, first, size)) this.#reader.fail("a color must stand here");
    this.#reader.position++;
    return id - first;
  }

  /** That of the next element. */
  look(): Appearance {
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
}

/** 0xabc to 0x0a0b0c. */
function spreadNibbles(color: number): number {
  return ((color & 0xf00) << 8) | ((color & 0xf0) << 4) | (color & 0xf);
}
