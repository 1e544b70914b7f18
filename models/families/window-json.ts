/** Layers with a sliding window in config.json: `sliding_window`, and `layer_types` by the layer. */
import { z } from "zod";
import type { WindowConfig } from "../decoder/config.ts";
import { FamilyError } from "./family.ts";
import { size } from "./size.ts";

export const windowKeys = {
  sliding_window: size.nullish(),
  layer_types: z.array(z.enum(["full_attention", "sliding_attention"])).nullish(),
};

export type WindowJson = z.output<z.ZodObject<typeof windowKeys>>;

/**
 * @param slides which layers have the window where `layer_types` does not say.
 * @throws FamilyError when layers slide and no size is given, or other layers are listed than there are.
 */
export function readWindow(
  json: WindowJson,
  layers: number,
  slides: (layer: number) => boolean,
): WindowConfig | null {
  const types = json.layer_types ?? null;
  if (types !== null && types.length !== layers) {
    throw new FamilyError(
      `config.json: layer_types lists ${types.length} layers, but num_hidden_layers is ${layers}`,
    );
  }
  const windowSize = json.sliding_window ?? null;
  const local = Array.from({ length: layers }, (_, layer) => layer).filter((layer) =>
    types === null ? windowSize !== null && slides(layer) : types[layer] === "sliding_attention",
  );
  if (local.length === 0) return null;
  if (windowSize === null) {
    throw new FamilyError(
      "config.json: layer_types names layers with a sliding window, but sliding_window is not given or switched off",
    );
  }
  return { size: windowSize, layers: local };
}

export function layerTypes(window: WindowConfig | null, layers: number): string[] {
  return Array.from({ length: layers }, (_, layer) =>
    window?.layers.includes(layer) ? "sliding_attention" : "full_attention",
  );
}
