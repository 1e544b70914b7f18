/**
 * Renders drawings and SVG text by resvg. A canonical drawing always gives a picture, any other text
 * gives one or a RenderError, within a time: see `renderer.ts`.
 */
import { PathloomError } from "../../errors/index.ts";
import type { Drawing } from "../drawing.ts";
import { printDrawing } from "../print/print.ts";
import { composePixels, paintOver } from "./compose.ts";
import { deepestLayer, layerDepth, withSafeLayers } from "./layers.ts";
import type { Pixels } from "./pixels.ts";
import { encodePng } from "./png.ts";
import { type Rendered, RenderFault, type RenderRequest, renderSource } from "./renderer.ts";

export interface RenderOptions {
  /** Pixels of the longer side, 1 to 16,384; 200 by default. */
  readonly size?: number;
  /** A CSS colour; nothing is painted behind the drawing without. */
  readonly background?: string;
  /** The CSS colour that a drawing's `currentColor` stands for; black by default. */
  readonly color?: string;
  /** Contents of font files; text is painted only with one of them. */
  readonly fonts?: readonly Uint8Array[];
  /** After this long a source is given up; 20,000 by default. */
  readonly timeoutMs?: number;
}

const largestSize = 16_384;
const longestMs = 20_000;

/** Thrown where a source cannot be rendered; its message says what was found. */
export class RenderError extends PathloomError {
  override readonly name: string = "RenderError";
  override readonly code: string = "ERR_RENDER";
}

/** A PNG file's bytes. @throws RenderError */
export function renderPng(svg: string | Drawing, options: RenderOptions = {}): Uint8Array {
  if (isDeep(svg)) return encodePng(renderDeep(svg, options));
  return renderText(textOf(svg, options), options, "png").data;
}

/** @throws RenderError */
export function renderPixels(svg: string | Drawing, options: RenderOptions = {}): Pixels {
  return isDeep(svg) ? renderDeep(svg, options) : pixelsOf(textOf(svg, options), options);
}

function isDeep(svg: string | Drawing): svg is Drawing {
  return typeof svg !== "string" && layerDepth(svg.elements) > deepestLayer;
}

function textOf(svg: string | Drawing, { color = "black" }: RenderOptions): string {
  if (typeof svg === "string") return svg;
  return printDrawing(withSafeLayers(svg)).replace("<svg ", `<svg color="${color}" `);
}

function renderDeep(drawing: Drawing, { background, ...options }: RenderOptions): Pixels {
  const picture = composePixels(drawing, (part) => pixelsOf(textOf(part, options), options));
  if (background === undefined) return picture;
  const ground = pixelsOf(textOf({ ...drawing, elements: [] }, options), {
    ...options,
    background,
  });
  paintOver(ground, picture, 100);
  return ground;
}

function pixelsOf(svg: string, options: RenderOptions): Pixels {
  const { width, height, data } = renderText(svg, options, "pixels");
  return { width, height, data };
}

function renderText(svg: string, options: RenderOptions, want: RenderRequest["want"]): Rendered {
  const { size = 200, background, fonts = [], timeoutMs = longestMs } = options;
  if (!(size >= 1 && size <= largestSize)) {
    throw new RangeError(`a picture is 1 to ${largestSize} pixels long, not ${size}`);
  }
  try {
    return renderSource({ svg, size, background, fonts, want }, timeoutMs);
  } catch (error) {
    if (!(error instanceof RenderFault)) throw error;
    throw new RenderError(`cannot render: ${error.message}`);
  }
}
