/** Layers with a sliding window in config.json: `sliding_window`, and `layer_types` by the layer. */
import { z } from "zod";
import type { WindowConfig } from "../config.ts";

export const windowKeys = {
  sliding_window: z.number().int().positive().nullish(),
  layer_types: z.array(z.enum(["full_attention", "sliding_attention"])).nullish(),
};

type WindowJson = z.output<z.ZodObject<typeof windowKeys>>;

/** @param slides which layers have the window where `layer_types` does not say. */
export function readWindow(
  json: WindowJson,
  layers: number,
  slides: (layer: number) => boolean,
): WindowConfig | null {
  const size = json.sliding_window;
  if (size === null || size === undefined) return null;
  const local = Array.from({ length: layers }, (_, layer) => layer).filter((layer) =>
    json.layer_types ? json.layer_types[layer] === "sliding_attention" : slides(layer),
  );
  return local.length === 0 ? null : { size, layers: local };
}

export function layerTypes(window: WindowConfig | null, layers: number): string[] {
  return Array.from({ length: layers }, (_, layer) =>
    window?.layers.includes(layer) ? "sliding_attention" : "full_attention",
  );
}
