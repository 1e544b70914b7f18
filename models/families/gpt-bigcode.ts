/**
 * StarCoder and SantaCoder (Li et al. 2023, arXiv 2305.06161), the base of StarVector 1B: GPT-2 with one
 * head of keys and values, or as many as of queries, fused head by head then.
 */
import { z } from "zod";
import type { Family } from "./family.ts";
import { gpt2LikeKeys, gpt2Names, readGpt2Like, summaryKeys, writeGpt2Like } from "./gpt2-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...gpt2LikeKeys,
  n_positions: size.default(1024),
  num_key_value_heads: size.optional(),
  activation_function: z
    .enum(["gelu_pytorch_tanh", "gelu_new", "gelu"])
    .default("gelu_pytorch_tanh"),
  multi_query: z.boolean().default(true),
});

/** How scores are rounded, and how fast they are computed. */
const inert = [
  ...["attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "inference_runner"],
  ...["max_batch_size", "max_sequence_length", "pad_key_length", "pre_allocate_kv_cache"],
  ...["validate_runner_input", "runner_max_sequence_length", "n_ctx", ...summaryKeys],
];

export const gptBigcode: Family = {
  modelType: "gpt_bigcode",
  prefix: "transformer.",
  ignored: /\.attn\.(masked_)?bias$/,

  readConfig(json) {
    const read = parseConfig("gpt_bigcode", schema, json, inert);
    const config = readGpt2Like("gpt_bigcode", read);
    return read.multi_query ? { ...config, kvHeads: 1 } : config;
  },

  writeConfig: (config) => ({
    architectures: ["GPTBigCodeForCausalLM"],
    model_type: "gpt_bigcode",
    ...writeGpt2Like(config, "gelu_pytorch_tanh"),
    multi_query: config.kvHeads === 1,
  }),

  tensors: (config) =>
    tensorsByName(config, gpt2Names({ groups: config.kvHeads === 1 ? 1 : config.heads }, false)),
};
