/** The mean colour of a tile, by the areas of what is painted on it. */
import type { DrawingElement, Paint, Shape } from "../drawing.ts";
import { clipOutline } from "../path/clip.ts";
import { outlineLength, signedArea } from "../path/flatten.ts";
import { SegmentList } from "../path/segments.ts";
import { traceOutline } from "./outline.ts";
import type { Canvas } from "./shown.ts";

export interface MeanColor {
  /** 0xRRGGBB, or null for the current colour, where nothing else is painted. */
  readonly rgb: number | null;
  /** 0 to 1. */
  readonly alpha: number;
}

/** Each covers its share of what was painted before it, wherever it lies. */
export function meanColor(elements: readonly DrawingElement[], tile: Canvas): MeanColor {
  const mean = new Mean(tile);
  mean.add(elements, 1);
  return mean.color;
}

class Mean {
  readonly #tile: Canvas;
  /** Red, green and blue from 0 to 255, times alpha. */
  #channels = [0, 0, 0];
  #alpha = 0;
  #current = true;

  constructor(tile: Canvas) {
    this.#tile = tile;
  }

  get color(): MeanColor {
    const alpha = this.#alpha;
    if (alpha === 0) return { rgb: 0, alpha: 0 };
    const [r, g, b] = this.#channels.map((c) => Math.round(Math.min(255, c / alpha)));
    return { rgb: this.#current ? null : r! * 0x10000 + g! * 0x100 + b!, alpha };
  }

  add(elements: readonly DrawingElement[], opacity: number): void {
    for (const element of elements) {
      const within = (opacity * element.opacity) / 100;
      if (element.kind === "group") this.add(element.children, within);
      else this.#shape(element, within);
    }
  }

  #shape(shape: Shape, opacity: number): void {
    const outline = new SegmentList();
    traceOutline(shape, outline);
    const { width, height } = this.#tile;
    const box = { left: 0, top: 0, right: width, bottom: height };
    const area = width * height;
    const { fill, stroke } = shape;
    if (fill !== null) {
      const covered = Math.abs(signedArea(clipOutline(outline, box, true)));
      this.#paint(fill, (opacity * shape.fillOpacity) / 100, covered / area);
    }
    if (stroke !== null) {
      const covered = outlineLength(clipOutline(outline, box, false)) * stroke.width;
      this.#paint(stroke.paint, (opacity * stroke.opacity) / 100, covered / area);
    }
  }

  #paint(paint: Paint, opacity: number, share: number): void {
    const { rgb, alpha } = flat(paint);
    const covers = Math.min(1, share) * opacity * alpha;
    if (covers === 0) return;
    if (rgb !== null) this.#current = false;
    this.#channels = this.#channels.map((channel, i) => {
      const painted = ((rgb ?? 0) >> (16 - 8 * i)) & 255;
      return channel * (1 - covers) + painted * covers;
    });
    this.#alpha = this.#alpha * (1 - covers) + covers;
  }
}

/** A gradient by the mean of its stops. */
function flat(paint: Paint): MeanColor {
  if (paint.kind === "color") return { rgb: paint.rgb, alpha: 1 };
  if (paint.kind === "currentColor") return { rgb: null, alpha: 1 };
  const { stops } = paint;
  const sum = [0, 0, 0, 0];
  for (const { color, opacity } of stops) {
    const rgb = color.kind === "color" ? color.rgb : 0;
    for (let i = 0; i < 3; i++) sum[i]! += ((rgb >> (16 - 8 * i)) & 255) * (opacity / 100);
    sum[3]! += opacity / 100;
  }
  const total = sum[3]!;
  if (total === 0) return { rgb: 0, alpha: 0 };
  const [r, g, b] = sum.map((channel) => Math.round(channel / total));
  return { rgb: r! * 0x10000 + g! * 0x100 + b!, alpha: total / stops.length };
}
