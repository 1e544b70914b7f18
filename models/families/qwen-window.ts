/** The sliding window of Qwen2, Qwen3 and SmolLM3: a switch, and the first layer that has it. */
import { z } from "zod";
import type { DecoderConfig, WindowConfig } from "../decoder/config.ts";
import { layerCount } from "./size.ts";
import { layerTypes, readWindow, windowKeys } from "./window-json.ts";

export const qwenWindowKeys = {
  ...windowKeys,
  sliding_window: windowKeys.sliding_window.default(4096),
  num_hidden_layers: layerCount,
  use_sliding_window: z.boolean().default(false),
  max_window_layers: z.number().int().nonnegative().default(28),
};

export function readQwenWindow(
  json: z.output<z.ZodObject<typeof qwenWindowKeys>>,
): WindowConfig | null {
  const sliding_window = json.use_sliding_window ? json.sliding_window : null;
  return readWindow(
    { ...json, sliding_window },
    json.num_hidden_layers,
    (layer) => layer >= json.max_window_layers,
  );
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
