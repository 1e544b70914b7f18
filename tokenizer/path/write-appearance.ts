/** Writes the appearance of an element, as far as it differs from that of the one before. */
import type { Color, CurrentColor, Paint, Shape, Stroke } from "../../svg/index.ts";
import { caps, fillRules, joins, spreads } from "./layout.ts";
import { type Pen, sameLengths, samePaint } from "./pen.ts";
import type { TokenWriter } from "./token-writer.ts";

export class AppearanceWriter {
  readonly #writer: TokenWriter;
  readonly #pen: Pen;

  constructor(writer: TokenWriter, pen: Pen) {
    this.#writer = writer;
    this.#pen = pen;
  }

  /** Writes what differs from the last element's appearance. */
  write(shape: Shape): void {
    const layout = this.#writer.layout;
    const pen = this.#pen;
    if (!samePaint(shape.fill, pen.fill)) {
      this.#paint(shape.fill);
      pen.fill = shape.fill;
    }
    if (shape.stroke === null) {
      if (pen.stroke !== null) {
        this.#writer.ids.push(layout.stroke, layout.none);
        pen.stroke = null;
      }
    } else this.#stroke(shape.stroke);
    if (shape.fillOpacity !== pen.fillOpacity) {
      this.#writer.number(layout.fillOpacity, shape.fillOpacity, "opacity");
      pen.fillOpacity = shape.fillOpacity;
    }
    if (shape.fillRule !== pen.fillRule) {
      this.#writer.ids.push(layout.fillRule + fillRules.indexOf(shape.fillRule));
      pen.fillRule = shape.fillRule;
    }
    if (shape.opacity !== pen.opacity) {
      this.#writer.number(layout.opacity, shape.opacity, "opacity");
      pen.opacity = shape.opacity;
    }
  }

  #stroke(stroke: Stroke): void {
    const layout = this.#writer.layout;
    const pen = this.#pen;
    if (!samePaint(stroke.paint, pen.stroke)) {
      this.#writer.token(layout.stroke, "strokes");
      this.#paint(stroke.paint);
      pen.stroke = stroke.paint;
    }
    if (stroke.width !== pen.strokeWidth) {
      this.#writer.number(layout.strokeWidth, stroke.width * 4, "strokes");
      pen.strokeWidth = stroke.width;
    }
    if (stroke.cap !== pen.cap) {
      this.#writer.ids.push(layout.cap + caps.indexOf(stroke.cap));
      pen.cap = stroke.cap;
    }
    if (stroke.join !== pen.join) {
      this.#writer.ids.push(layout.join + joins.indexOf(stroke.join));
      pen.join = stroke.join;
    }
    if (stroke.miterLimit !== pen.miterLimit) {
      this.#writer.number(layout.miterLimit, stroke.miterLimit, "strokes");
      pen.miterLimit = stroke.miterLimit;
    }
    if (!sameLengths(stroke.dashes, pen.dashes)) {
      this.#writer.number(layout.dashes, stroke.dashes.length, "strokes");
      for (const dash of stroke.dashes) this.#writer.integer(dash * 4);
      pen.dashes = stroke.dashes;
    }
    if (stroke.dashOffset !== pen.dashOffset) {
      this.#writer.token(layout.dashOffset, "strokes");
      this.#writer.signed(stroke.dashOffset * 4);
      pen.dashOffset = stroke.dashOffset;
    }
    if (stroke.opacity !== pen.strokeOpacity) {
      this.#writer.number(layout.strokeOpacity, stroke.opacity, "opacity");
      pen.strokeOpacity = stroke.opacity;
    }
  }

  #paint(paint: Paint | null): void {
    const layout = this.#writer.layout;
    if (paint === null) {
      this.#writer.ids.push(layout.none);
      return;
    }
    switch (paint.kind) {
      case "color":
      case "currentColor":
        this.#color(paint);
        return;
      case "linearGradient":
        this.#writer.token(layout.linearGradient, "gradients");
        this.#writer.fixedPoint(paint.x1, paint.y1);
        this.#writer.fixedPoint(paint.x2, paint.y2);
        break;
      case "radialGradient": {
        const focal = paint.fx !== paint.cx || paint.fy !== paint.cy;
        this.#writer.token(focal ? layout.focalGradient : layout.radialGradient, "gradients");
        this.#writer.fixedPoint(paint.cx, paint.cy);
        this.#writer.fixedPoint(paint.ax, paint.ay);
        this.#writer.fixedPoint(paint.bx, paint.by);
        if (focal) this.#writer.fixedPoint(paint.fx, paint.fy);
      }
    }
    this.#writer.ids.push(layout.spread + spreads.indexOf(paint.spread));
    for (const stop of paint.stops) {
      this.#writer.ids.push(layout.stop);
      this.#writer.integer(stop.offset);
      this.#color(stop.color);
      if (stop.opacity !== 100) this.#writer.number(layout.stopOpacity, stop.opacity, "gradients");
    }
  }

  #color(color: Color | CurrentColor): void {
    const layout = this.#writer.layout;
    if (color.kind === "currentColor") {
      this.#writer.ids.push(layout.currentColor);
      return;
    }
    const { rgb } = color;
    const upper = ((rgb >> 12) & 0xf00) | ((rgb >> 8) & 0xf0) | ((rgb >> 4) & 0xf);
    const lower = ((rgb >> 8) & 0xf00) | ((rgb >> 4) & 0xf0) | (rgb & 0xf);
    if (layout.red >= 0) {
      this.#writer.ids.push(layout.red + (rgb >> 16));
      this.#writer.ids.push(layout.green + ((rgb >> 8) & 0xff));
      this.#writer.ids.push(layout.blue + (rgb & 0xff));
    } else if (layout.shade >= 0) {
      this.#writer.ids.push(layout.color + upper, layout.shade + lower);
    } else {
      if (upper !== lower) {
        this.#writer.refuse(
          `color #${rgb.toString(16).padStart(6, "0")} is none of the 4,096 of 12 bits`,
        );
      }
      this.#writer.token(layout.color, "colors", upper);
    }
  }
}
