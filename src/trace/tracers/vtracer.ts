/** VTracer (Pun and Tsang, visioncortex; MIT), by its native build for Node. */
import { TraceError } from "../errors.ts";
import type { Bitmap } from "../image/raster.ts";
import type { Tracer } from "./tracer.ts";

/** Its enumerations, which are no values of the module's types under `isolatedModules`. */
const binary = 1;
const stacked = 0;
const spline = 2;

/** Curves as close as it gives them: they are simplified afterwards, by one measure for all tracers. */
const config = {
  colorMode: binary,
  hierarchical: stacked,
  mode: spline,
  filterSpeckle: 0,
  colorPrecision: 8,
  layerDifference: 0,
  cornerThreshold: 60,
  lengthThreshold: 4,
  maxIterations: 10,
  spliceThreshold: 45,
  pathPrecision: 2,
} as const;

/** @throws TraceError where it is not installed */
export async function vtracer(): Promise<Tracer> {
  const { vectorizeRawSync } = await load();
  return {
    name: "vtracer",
    trace: async ({ width, height, data }: Bitmap) => {
      const pixels = Buffer.alloc(4 * data.length, 255);
      for (let i = 0; i < data.length; i++) if (data[i] === 1) pixels.fill(0, 4 * i, 4 * i + 3);
      try {
        return vectorizeRawSync(pixels, { width, height }, config);
      } catch (error) {
        throw new TraceError(`vtracer: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

async function load() {
  try {
    return await import("@neplex/vectorizer");
  } catch (error) {
    throw new TraceError(
      "curves are found by VTracer, which is not installed: npm install @neplex/vectorizer",
      { cause: error, fault: "program" },
    );
  }
}
