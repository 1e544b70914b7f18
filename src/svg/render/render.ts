/**
 * Renders drawings and SVG text by resvg.
 *
 * Drawings are always safe to render. Text that no one vouches for is not: the renderer is native and
 * ends the process on some filters.
 */
import { type RenderedImage, Resvg, type ResvgRenderOptions } from "@resvg/resvg-js";
import type { Drawing } from "../drawing.ts";
import { printDrawing } from "../print/print.ts";
import type { Pixels } from "./pixels.ts";

export interface RenderOptions {
  /** Pixels of the longer side; 200 by default. */
  readonly size?: number;
  /** A CSS colour; nothing is painted behind the drawing without. */
  readonly background?: string;
}

/** Thrown where the renderer refuses a text; its message says what it found. */
export class RenderError extends Error {
  override readonly name = "RenderError";
}

/** A PNG file's bytes. `currentColor` is painted black. @throws RenderError */
export function renderPng(svg: string | Drawing, options: RenderOptions = {}): Uint8Array {
  return new Uint8Array(render(svg, options).asPng());
}

/** @throws RenderError */
export function renderPixels(svg: string | Drawing, options: RenderOptions = {}): Pixels {
  const { width, height, pixels } = render(svg, options);
  return { width, height, data: new Uint8Array(pixels) };
}

function render(svg: string | Drawing, options: RenderOptions): RenderedImage {
  const text = typeof svg === "string" ? svg : printDrawing(svg);
  const { size = 200, background } = options;
  const settings: ResvgRenderOptions = {
    font: { loadSystemFonts: false },
    ...(background === undefined ? {} : { background }),
  };
  try {
    const { width, height } = new Resvg(text, settings);
    return new Resvg(text, { ...settings, fitTo: fit(width, height, size) }).render();
  } catch (error) {
    throw new RenderError(`cannot render: ${error instanceof Error ? error.message : error}`);
  }
}

/** The longer side is as asked for, unless nothing would be left of the shorter one. */
function fit(width: number, height: number, size: number) {
  const thin = (Math.min(width, height) * size) / Math.max(width, height) < 1;
  const mode = width >= height === thin ? ("height" as const) : ("width" as const);
  return { mode, value: thin ? 1 : size };
}
