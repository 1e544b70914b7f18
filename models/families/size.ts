/** Sizes in config.json: bounded before anything is made of them. */
import { z } from "zod";

/** Channels, heads, rows and tokens: what a table of 32-bit indices can hold. */
export const size = z
  .number()
  .int()
  .positive()
  .max(2 ** 31 - 1);

/** Layers: the deepest published decoders have fewer than 200. */
export const layerCount = z.number().int().positive().max(4096);
