/**
 * Ministral 3 (Mistral AI 2025), the text model: Mistral stretched by YaRN, whose queries grow once their
 * position is beyond the context of pretraining.
 */
import { z } from "zod";
import { layerBiases } from "../decoder/config.ts";
import { type ConfigJson, type Family, FamilyError } from "./family.ts";
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
import { usualRope, writeScaling } from "./rope-json.ts";
import { size } from "./size.ts";
import { readWindow, windowKeys } from "./window-json.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  num_key_value_heads: size.nullable().default(8),
  head_dim: size.nullable().default(128),
  sliding_window: windowKeys.sliding_window,
  rms_norm_eps: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(false),
});

/** What stands among the rotary keys and turns nothing. */
const growthSchema = z.object({
  llama_4_scaling_beta: z.number().nonnegative(),
  original_max_position_embeddings: size,
});

/** Where the file has none. */
const usual: ConfigJson = {
  rope_type: "yarn",
  rope_theta: 1_000_000,
  factor: 16,
  original_max_position_embeddings: 16_384,
  beta_fast: 32,
  beta_slow: 1,
  mscale_all_dim: 1,
  mscale: 1,
  llama_4_scaling_beta: 0.1,
};

export const ministral3: Family = {
  modelType: "ministral3",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const { rope_scaling: old, rope_parameters: given, ...rest } = json;
    const object = objectOf(old) ?? objectOf(given) ?? usual;
    const { llama_4_scaling_beta, max_position_embeddings: _longest, ...turned } = object;
    const { original_max_position_embeddings } = turned;
    const growth = parseConfig("ministral3", growthSchema, {
      llama_4_scaling_beta,
      original_max_position_embeddings,
    });
    const read = parseConfig("ministral3", schema, { ...rest, rope_parameters: turned });
    const window = readWindow(read, read.num_hidden_layers, () => true);
    const queryGrowth = {
      rate: growth.llama_4_scaling_beta,
      contextLength: growth.original_max_position_embeddings,
    };
    return {
      ...llamaSwitches,
      ...readSizes(read, usualRope),
      normEpsilon: read.rms_norm_eps,
      attention: { ...llamaSwitches.attention, window, queryGrowth },
      biases: layerBiases(false),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig(config) {
    const { scaling, theta } = config.rope;
    const { queryGrowth, window } = config.attention;
    const object = scaling === null ? { rope_type: "default" } : writeScaling(scaling);
    return {
      architectures: ["Ministral3ForCausalLM"],
      model_type: "ministral3",
      ...writeSizes(config),
      rope_theta: undefined,
      rope_scaling: undefined,
      rope_parameters: {
        ...object,
        rope_theta: theta,
        original_max_position_embeddings: queryGrowth?.contextLength ?? config.contextLength,
        llama_4_scaling_beta: queryGrowth?.rate ?? 0,
      },
      head_dim: config.headDim,
      sliding_window: window?.size ?? null,
      hidden_act: "silu",
      rms_norm_eps: config.normEpsilon,
      torch_dtype: "float32",
    };
  },

  tensors: (config) => tensorsByName(config, llamaNames),
};

/** @throws FamilyError for what is neither an object nor nothing. */
function objectOf(value: unknown): ConfigJson | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "object" && !Array.isArray(value)) return value as ConfigJson;
  throw new FamilyError("config.json of a ministral3 model: rope_parameters is no object");
}
