/** A drawing of anybody's as the bytes of a PNG. */
import { RenderError, renderPng } from "../../../svg/render/index.ts";

/** Pixels of the longer side: twice what is shown. */
const size = 224;

/** @returns base64; null where it does not render. */
export function pictureOf(svg: string): string | null {
  try {
    return Buffer.from(renderPng(svg, { size })).toString("base64");
  } catch (error) {
    if (error instanceof RenderError) return null;
    throw error;
  }
}
