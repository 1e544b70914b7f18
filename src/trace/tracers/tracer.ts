/** Who finds the outlines of ink. */
import type { Bitmap } from "../image/raster.ts";

export interface Tracer {
  readonly name: TracerName;
  /**
   * @returns SVG in pixels, whose paths are the ink
   * @throws TraceError where the program fails
   */
  trace(ink: Bitmap): Promise<string>;
}

export const tracerNames = ["vtracer", "potrace"] as const;
export type TracerName = (typeof tracerNames)[number];
