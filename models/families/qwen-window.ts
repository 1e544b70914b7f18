/** The sliding window of Qwen2 and Qwen3: a switch, and the first layer that has it. */
import { z } from "zod";
import type { DecoderConfig, WindowConfig } from "../config.ts";
import { layerTypes, readWindow, windowKeys } from "./window-json.ts";

export const qwenWindowKeys = {
  ...windowKeys,
  num_hidden_layers: z.number().int().positive(),
  use_sliding_window: z.boolean().default(false),
  max_window_layers: z.number().int().nonnegative().default(28),
};

export function readQwenWindow(
  json: z.output<z.ZodObject<typeof qwenWindowKeys>>,
): WindowConfig | null {
  if (!json.use_sliding_window) return null;
  return readWindow(json, json.num_hidden_layers, (layer) => layer >= json.max_window_layers);
}

export function writeQwenWindow({
  attention: { window },
  layers,
}: DecoderConfig): Record<string, unknown> {
  return {
    use_sliding_window: window !== null,
    sliding_window: window?.size ?? null,
    max_window_layers: window?.layers[0] ?? layers,
    layer_types: layerTypes(window, layers),
  };
}
