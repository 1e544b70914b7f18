/** What preprocessor_config.json says of how a model sees pictures, and pictures made so. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Picture } from "../pictures/picture.ts";
import { readJson } from "./read-json.ts";

const side = z.number().int().min(1).max(4096);
const sizeSchema = z.union([
  side.transform((shortest) => ({ height: shortest, width: shortest })),
  z
    .object({ shortest_edge: side })
    .transform(({ shortest_edge: edge }) => ({ height: edge, width: edge })),
  z.object({ height: side, width: side }),
]);
const channels = z.tuple([z.number(), z.number(), z.number()]);

const schema = z.object({
  size: sizeSchema.optional(),
  crop_size: sizeSchema.optional(),
  do_center_crop: z.boolean().default(false),
  do_normalize: z.boolean().default(true),
  image_mean: channels.default([0.5, 0.5, 0.5]),
  image_std: channels.default([0.5, 0.5, 0.5]),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
});

export interface Preprocessing {
  /** Pixels of a side that a picture is painted in. */
  readonly paint: number;
  /** Of which so many in the middle are seen. */
  readonly crop: number;
  /** By red, green and blue, of values of 0 to 1. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  readonly scale: number;
}

/** OpenAI's means and deviations, in the size that config.json names. */
export const clipPreprocessing = (size: number): Preprocessing => ({
  paint: size,
  crop: size,
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
  scale: 1 / 255,
});

/**
 * @param otherwise where the folder says nothing.
 * @throws MetricError for a file that is none, or asks for what is not square.
 */
export function readPreprocessing(folder: string, otherwise: Preprocessing): Preprocessing {
  const file = join(folder, "preprocessor_config.json");
  if (!existsSync(file)) return otherwise;
  return readJson(file, "how pictures are prepared", (json) => {
    const read = schema.parse(json);
    const size = read.size ?? { height: otherwise.paint, width: otherwise.paint };
    const crop = read.do_center_crop ? (read.crop_size ?? size) : size;
    if (size.height !== size.width || crop.height !== crop.width) {
      throw new RangeError("expected square pictures");
    }
    // Resampling does not matter: drawings are painted in the size itself.
    return {
      paint: Math.max(size.height, crop.height),
      crop: crop.height,
      mean: read.do_normalize ? read.image_mean : [0, 0, 0],
      deviation: read.do_normalize ? read.image_std : [1, 1, 1],
      scale: read.rescale_factor,
    };
  });
}

/** @returns `[3, crop, crop]`, channel by channel. @param picture of `paint` pixels a side. */
export function pixelValues(picture: Picture, how: Preprocessing): Float32Array {
  const { crop, mean, deviation, scale } = how;
  const from = (picture.size - crop) >> 1;
  const values = new Float32Array(3 * crop * crop);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < crop; y++) {
      for (let x = 0; x < crop; x++) {
        const pixel = picture.data[3 * ((from + y) * picture.size + from + x) + channel]!;
        values[(channel * crop + y) * crop + x] =
          (pixel * scale - mean[channel]!) / deviation[channel]!;
      }
    }
  }
  return values;
}
