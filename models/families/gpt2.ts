/** GPT-2 (Radford et al. 2019), as `GPT2LMHeadModel` keeps it: fused projections, transposed. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { gpt2LikeKeys, gpt2Names, readGpt2Like, summaryKeys, writeGpt2Like } from "./gpt2-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...gpt2LikeKeys,
  n_positions: size,
  activation_function: z.enum(["gelu_new", "gelu_pytorch_tanh", "gelu"]).default("gelu_new"),
  scale_attn_by_inverse_layer_idx: z.literal(false).default(false),
});

/** The scores in another order of rounding. */
const inert = ["n_ctx", "reorder_and_upcast_attn", ...summaryKeys];

/** Projections are kept transposed, those of queries, keys and values side by side. */
const names = gpt2Names({ transposed: true }, true);

export const gpt2: Family = {
  modelType: "gpt2",
  prefix: "transformer.",
  ignored: /\.attn\.(masked_)?bias$/,

  readConfig: (json) => readGpt2Like("gpt2", parseConfig("gpt2", schema, json, inert)),

  writeConfig: (config) => ({
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    ...writeGpt2Like(config, "gelu_new"),
  }),

  tensors: (config) => tensorsByName(config, names),
};
