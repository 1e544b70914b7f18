/**
 * SmolLM3 (Hugging Face 2025): Llama in which every fourth layer has no positions (NoPE, Yang et al. 2025,
 * arXiv 2501.18795); those layers may have a sliding window.
 */
import { z } from "zod";
import { type DecoderConfig, layerBiases } from "../decoder/config.ts";
import { type Family, FamilyError } from "./family.ts";
import {
  llamaLikeKeys,
  llamaNames,
  llamaNetwork,
  llamaSwitches,
  readSizes,
  rotaryBuffers,
  writeSizes,
} from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";
import { layerTypes, readWindow, windowKeys } from "./window-json.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  ...windowKeys,
  num_key_value_heads: size.nullable().default(4),
  use_sliding_window: z.boolean().default(false),
  no_rope_layers: z.array(z.union([z.literal(0), z.literal(1)])).nullish(),
  no_rope_layer_interval: size.default(4),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(true),
});

/** Of Qwen's files; here the layers without positions are those with the window. */
const inert = ["max_window_layers"];

export const smollm3: Family = {
  modelType: "smollm3",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("smollm3", schema, json, inert);
    const unturned = unturnedLayers(read);
    const sizes = readSizes(read, { theta: 2_000_000, share: null });
    const sliding_window = read.use_sliding_window ? read.sliding_window : null;
    const window = readWindow({ ...read, sliding_window }, sizes.layers, (layer) =>
      unturned.includes(layer),
    );
    return {
      ...llamaSwitches,
      ...sizes,
      rope: { ...sizes.rope, unturnedLayers: unturned },
      normEpsilon: read.rms_norm_eps,
      attention: { ...llamaSwitches.attention, window },
      biases: {
        ...layerBiases(read.attention_bias),
        feedForward: read.mlp_bias,
      },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["SmolLM3ForCausalLM"],
    model_type: "smollm3",
    ...writeSizes(config),
    head_dim: config.headDim,
    ...writeLayers(config),
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    mlp_bias: config.biases.feedForward,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};

/** In the file, 1 is a layer with positions. */
function unturnedLayers(json: z.output<typeof schema>): number[] {
  const { no_rope_layers: listed, no_rope_layer_interval: interval } = json;
  const layers = json.num_hidden_layers;
  if (listed && listed.length < layers) {
    throw new FamilyError(
      `config.json of a smollm3 model: no_rope_layers lists ${listed.length} layers, but num_hidden_layers is ${layers}`,
    );
  }
  const has = (layer: number) => (listed ? listed[layer] === 1 : (layer + 1) % interval !== 0);
  return Array.from({ length: layers }, (_, layer) => layer).filter((layer) => !has(layer));
}

function writeLayers({ attention: { window }, rope, layers }: DecoderConfig) {
  return {
    use_sliding_window: window !== null,
    sliding_window: window?.size ?? null,
    layer_types: layerTypes(window, layers),
    no_rope_layers: Array.from({ length: layers }, (_, layer) =>
      rope.unturnedLayers.includes(layer) ? 0 : 1,
    ),
  };
}
