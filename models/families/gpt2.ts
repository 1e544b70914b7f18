/** GPT-2 (Radford et al. 2019), as `GPT2LMHeadModel` keeps it: fused projections, transposed. */
import { z } from "zod";
import { type Family, FamilyError, plain, type TensorMapping } from "./family.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  vocab_size: z.number().int().positive(),
  n_positions: z.number().int().positive(),
  n_embd: z.number().int().positive(),
  n_layer: z.number().int().positive(),
  n_head: z.number().int().positive(),
  n_inner: z.number().int().positive().nullish(),
  activation_function: z.enum(["gelu_new", "gelu"]).default("gelu_new"),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.literal(false).default(false),
});

export const gpt2: Family = {
  modelType: "gpt2",

  readConfig(json) {
    const read = parseConfig("gpt2", schema, json);
    if (read.n_embd % read.n_head !== 0) {
      throw new FamilyError(
        `config.json: n_embd ${read.n_embd} is no multiple of n_head ${read.n_head}`,
      );
    }
    return {
      vocabularySize: read.vocab_size,
      context: read.n_positions,
      layers: read.n_layer,
      width: read.n_embd,
      heads: read.n_head,
      keyValueHeads: read.n_head,
      headDim: read.n_embd / read.n_head,
      feedForward: read.n_inner ?? 4 * read.n_embd,
      positions: "learned",
      rope: { theta: 10_000 },
      norm: "layerNorm",
      normEpsilon: read.layer_norm_epsilon,
      activation: read.activation_function === "gelu" ? "gelu" : "geluNew",
      gated: false,
      biases: { queryKeyValue: true, attentionOutput: true, feedForward: true },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    vocab_size: config.vocabularySize,
    n_positions: config.context,
    n_embd: config.width,
    n_layer: config.layers,
    n_head: config.heads,
    n_inner: config.feedForward,
    activation_function: config.activation === "gelu" ? "gelu" : "gelu_new",
    layer_norm_epsilon: config.normEpsilon,
    tie_word_embeddings: config.tieEmbeddings,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    torch_dtype: "float32",
  }),

  refuses(config) {
    if (config.positions !== "learned") return "GPT-2 has learned positions";
    if (config.norm !== "layerNorm") return "GPT-2 normalises by LayerNorm";
    if (config.gated) return "GPT-2's feed-forward network is not gated";
    if (config.activation === "silu") return "GPT-2's activation is a GELU";
    if (config.keyValueHeads !== config.heads) return "GPT-2 does not group its queries";
    if (config.heads * config.headDim !== config.width) return "GPT-2's heads fill its width";
    const { queryKeyValue, attentionOutput, feedForward } = config.biases;
    return queryKeyValue && attentionOutput && feedForward ? null : "GPT-2 has biases everywhere";
  },

  tensors: (config) => [
    plain("transformer.wte.weight", "embedding.weight"),
    plain("transformer.wpe.weight", "positions.weight"),
    ...Array.from({ length: config.layers }, (_, layer) => layerTensors(layer)).flat(),
    plain("transformer.ln_f.weight", "finalNorm.weight"),
    plain("transformer.ln_f.bias", "finalNorm.bias"),
    ...(config.tieEmbeddings ? [] : [plain("lm_head.weight", "head.weight")]),
  ],
};

function layerTensors(layer: number): TensorMapping[] {
  const theirs = `transformer.h.${layer}`;
  const ours = `layers.${layer}`;
  return [
    plain(`${theirs}.ln_1.weight`, `${ours}.attentionNorm.weight`),
    plain(`${theirs}.ln_1.bias`, `${ours}.attentionNorm.bias`),
    ...conv1d(`${theirs}.attn.c_attn`, [
      `${ours}.attention.query`,
      `${ours}.attention.key`,
      `${ours}.attention.value`,
    ]),
    ...conv1d(`${theirs}.attn.c_proj`, [`${ours}.attention.output`]),
    plain(`${theirs}.ln_2.weight`, `${ours}.feedForwardNorm.weight`),
    plain(`${theirs}.ln_2.bias`, `${ours}.feedForwardNorm.bias`),
    ...conv1d(`${theirs}.mlp.c_fc`, [`${ours}.feedForward.up`]),
    ...conv1d(`${theirs}.mlp.c_proj`, [`${ours}.feedForward.down`]),
  ];
}

/** A projection as GPT-2 keeps it: the weight transposed, several projections side by side. */
function conv1d(tensor: string, projections: readonly string[]): TensorMapping[] {
  const parts = (kind: string) => projections.map((projection) => `${projection}.${kind}`);
  return [
    { tensor: `${tensor}.weight`, parameters: parts("weight"), transposed: true },
    { tensor: `${tensor}.bias`, parameters: parts("bias"), transposed: false },
  ];
}
