/**
 * OLMo 3 (Ai2 2025): OLMo 2 in which three layers of four have a sliding window; what stretches the
 * positions of the others leaves those as they are.
 */
import { z } from "zod";
import type { DecoderConfig } from "../decoder/config.ts";
import type { RopeConfig } from "../decoder/rope-config.ts";
import type { Family } from "./family.ts";
import { rotaryBuffers } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { olmoKeys, olmoNames, readOlmo, writeOlmo } from "./olmo2.ts";
import { parseConfig } from "./parse-config.ts";
import { flatRope, ropeByKind, windowRopeKeys } from "./rope-by-kind.ts";
import { readScaling } from "./rope-json.ts";
import { layerTypes, readWindow, windowKeys } from "./window-json.ts";

const schema = z.object({
  ...olmoKeys,
  ...windowKeys,
  sliding_window: windowKeys.sliding_window.default(4096),
});
const windowsSchema = z.object(windowRopeKeys);

/** Whatever `rope_theta` says of the other layers, those with a window have this one unless told by kind. */
const usualTheta = 500_000;

export const olmo3: Family = {
  modelType: "olmo3",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const { flat, windows } = flatRope("olmo3", json);
    const read = parseConfig("olmo3", schema, flat);
    const config = readOlmo(read, { theta: usualTheta, share: null });
    const { sliding_attention: local } = parseConfig("olmo3", windowsSchema, windows);
    const { max_position_embeddings: longest } = read;
    const localTheta = local?.rope_theta ?? usualTheta;
    const localScaling = local ? readScaling(local, longest, undefined) : null;
    const window = readWindow(read, read.num_hidden_layers, (layer) => (layer + 1) % 4 !== 0);
    return {
      ...config,
      attention: { ...config.attention, window },
      rope: withWindows(config.rope, { localTheta, localScaling }),
    };
  },

  writeConfig: (config) => ({
    architectures: ["Olmo3ForCausalLM"],
    model_type: "olmo3",
    ...writeOlmo(config),
    ...writeRopes(config.rope),
    ...writeWindow(config),
  }),

  tensors: (config) => tensorsByName(config, olmoNames),
};

type OfWindows = Pick<RopeConfig, "localTheta" | "localScaling">;

/** Says nothing of the layers with a window where they turn as the others do. */
function withWindows(rope: RopeConfig, windows: OfWindows): RopeConfig {
  const same =
    windows.localTheta === rope.theta &&
    JSON.stringify(windows.localScaling) === JSON.stringify(rope.scaling);
  return same ? rope : { ...rope, ...windows };
}

/** By the kind of layer where the old keys would be read otherwise. */
function writeRopes(rope: RopeConfig): Record<string, unknown> {
  const { theta, scaling, localTheta, localScaling } = rope;
  if (localTheta === null) {
    const plain = scaling === null && theta === usualTheta;
    return plain ? {} : ropeByKind({ ...rope, localTheta: theta, localScaling: scaling });
  }
  return localTheta === usualTheta && localScaling === null ? {} : ropeByKind(rope);
}

function writeWindow({ attention: { window }, layers }: DecoderConfig) {
  return { sliding_window: window?.size ?? null, layer_types: layerTypes(window, layers) };
}
