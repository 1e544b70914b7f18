/**
 * Phi-3, 3.5 and 4 (Abdin et al. 2024, arXiv 2404.14219), as `Phi3ForCausalLM` keeps it: Llama whose
 * projections are fused. A model stretched by LongRoPE has the context that it was pretrained with.
 */
import { z } from "zod";
import { type Family, FamilyError } from "./family.ts";
import { llamaLikeKeys, outerNames, readSizes, rotaryBuffers, writeSizes } from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { windowKeys } from "./window-json.ts";
import { readWindowedLlama } from "./windowed-llama.ts";

const schema = z.object({
  ...llamaLikeKeys,
  sliding_window: windowKeys.sliding_window,
  head_dim: z.null().optional(),
  hidden_act: z.literal("silu").default("silu"),
  rms_norm_eps: z.number().positive().default(1e-5),
  attention_bias: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(false),
});

const names: NameTable = {
  outer: outerNames,
  layers: "model.layers",
  inner: [
    ["input_layernorm", "attentionNorm"],
    ["self_attn.qkv_proj", ["attention.query", "attention.key", "attention.value"]],
    ["self_attn.o_proj", "attention.output"],
    ["post_attention_layernorm", "feedForwardNorm"],
    ["mlp.gate_up_proj", ["feedForward.gate", "feedForward.up"]],
    ["mlp.down_proj", "feedForward.down"],
  ],
};

/** Of the only ones that Phi-3 is scaled by. */
const scalings = [undefined, "default", "longrope"];

export const phi3: Family = {
  modelType: "phi3",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("phi3", schema, json);
    const kind = (read.rope_scaling ?? read.rope_parameters)?.rope_type;
    if (!scalings.includes(kind)) {
      throw new FamilyError(
        `config.json of a phi3 model: rope_scaling is "${kind}"; supported are default and longrope`,
      );
    }
    const rope = { theta: 10_000, share: 1, originalContextLength: 4096 };
    return readWindowedLlama(read, readSizes(read, rope));
  },

  writeConfig: (config) => ({
    architectures: ["Phi3ForCausalLM"],
    model_type: "phi3",
    ...writeSizes(config),
    sliding_window: config.attention.window?.size ?? null,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: false,
    pad_token_id: null,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
};
