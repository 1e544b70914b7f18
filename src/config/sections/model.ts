/** Which decoder learns: one of a given shape, or a pretrained one. */
import { z } from "zod";

/** What a pretrained model decides, as it is when left out. */
const shapeDefaults = {
  layers: 4,
  hiddenSize: 192,
  heads: 6,
  kvHeads: null,
  headDim: null,
  intermediateSize: null,
  positions: "rotary",
  ropeTheta: 10_000,
  norm: "rmsnorm",
  normEps: 1e-5,
  activation: "silu",
  gated: true,
  bias: false,
  tieEmbeddings: true,
  initStd: 0.02,
  initNumbers: "random",
} as const;

interface Scaling {
  readonly from: string | null;
  readonly positions: string;
  readonly contextLength: number | null;
  readonly ropeScaling: string | null;
  readonly ropeFactor: number | null;
}

/** Why a scaling of positions cannot be, and the key that says so. */
function scalingFault(model: Scaling): { path: string[]; message: string } | null {
  const { from, positions, contextLength, ropeScaling, ropeFactor } = model;
  if (ropeScaling === null) {
    return ropeFactor === null
      ? null
      : {
          path: ["ropeFactor"],
          message: "expected ropeScaling beside it: linear, ntk, dynamic or yarn",
        };
  }
  if (from === null && positions !== "rotary") {
    return { path: ["ropeScaling"], message: `expected rotary positions, but found ${positions}` };
  }
  if (from === null && ropeFactor === null) {
    return {
      path: ["ropeFactor"],
      message: "expected a factor, without model.from to take it from",
    };
  }
  return ropeFactor === null && contextLength === null
    ? { path: ["contextLength"], message: "expected the context to stretch to, or ropeFactor" }
    : null;
}

export const modelSection = z
  .strictObject({
    from: z.string().min(1).nullable().default(null).meta({
      description:
        "A model to start from: a folder in the Hugging Face layout, a run of ours, or an id of the Hub with or without its revision (`openai-community/gpt2@main`); `null` starts from random weights. The shape is then the model's own.",
    }),
    weightDtype: z
      .enum(["float32", "bfloat16", "int8", "int4", "nf4", "nf4-double"])
      .nullable()
      .default(null)
      .meta({
        description:
          "How the frozen weights of `model.from` are kept in memory, for `lora` and `qlora`; `nf4-double` is `nf4` with scales of a byte; `null` takes `float32`, and `nf4` for `qlora`.",
      }),
    layers: z.number().int().min(1).max(256).default(4).meta({
      description: "Transformer blocks.",
    }),
    hiddenSize: z.number().int().min(8).max(65_536).default(192).meta({
      description: "Length of the vector that a token is between the blocks.",
    }),
    heads: z.number().int().min(1).max(1024).default(6).meta({
      description: "Attention heads of a block; divides `hiddenSize` unless `headDim` is given.",
    }),
    kvHeads: z.number().int().min(1).max(1024).nullable().default(null).meta({
      description:
        "Heads of keys and values, each shared by `heads / kvHeads` query heads; `null` takes `heads`.",
    }),
    headDim: z.number().int().min(2).max(1024).nullable().default(null).meta({
      description: "Length of a head's vectors; `null` takes `hiddenSize / heads`.",
    }),
    intermediateSize: z.number().int().min(8).max(1_048_576).nullable().default(null).meta({
      description:
        "Channels within the feed-forward part; `null` takes `4 * hiddenSize`, or `8 / 3 * hiddenSize` rounded up to a multiple of 8 where the activation is gated.",
    }),
    contextLength: z.number().int().min(8).max(1_048_576).nullable().default(null).meta({
      description:
        "Longest sequence, caption included; also the length of a training row. `null` takes 128, or that of `model.from` up to 1,024.",
      unit: "tokens",
    }),
    positions: z.enum(["learned", "rotary"]).default("rotary").meta({
      description: "A learned vector per position, or rotation of queries and keys.",
    }),
    ropeTheta: z.number().positive().default(10_000).meta({
      description: "Base of the rotary frequencies.",
    }),
    ropeScaling: z.enum(["linear", "ntk", "dynamic", "yarn"]).nullable().default(null).meta({
      description:
        "Stretches rotary positions, for a context longer than that of pretraining: `linear` divides positions (position interpolation), `ntk` raises the base, `dynamic` raises it with each token beyond, `yarn` divides slow frequencies and keeps fast ones. Over `model.from`, `model.contextLength` may then be longer than the model's own, with `train.method` `full` or `embeddings`.",
    }),
    ropeFactor: z.number().min(1).max(1024).nullable().default(null).meta({
      description:
        "How far `ropeScaling` stretches; `null` takes `contextLength` by the context of `model.from`.",
    }),
    norm: z.enum(["layernorm", "rmsnorm"]).default("rmsnorm").meta({
      description: "Normalisation before each part of a block.",
    }),
    normEps: z.number().positive().max(0.1).default(1e-5).meta({
      description: "Added to the variance before the root.",
    }),
    activation: z.enum(["gelu", "gelu_new", "silu"]).default("silu").meta({
      description: "Nonlinearity of the feed-forward part; `gelu_new` is GPT-2's approximation.",
    }),
    gated: z.boolean().default(true).meta({
      description: "Multiply the activation by a second projection (`silu` and gated is SwiGLU).",
    }),
    bias: z.boolean().default(false).meta({
      description: "Biases in the projections, as GPT-2 has.",
    }),
    tieEmbeddings: z.boolean().default(true).meta({
      description: "Use the embedding matrix as the output head too.",
    }),
    futureTokens: z.number().int().min(0).max(8).default(0).meta({
      description:
        "Multi-token prediction: so many tokens beyond the next one are predicted in training, each by a head of its own (one more block), which drafts tokens for `generate.speculate` afterwards. 0 predicts the next token alone.",
      unit: "tokens",
    }),
    futureHeads: z.enum(["sequential", "parallel"]).default("sequential").meta({
      description:
        "Of `futureTokens`: heads one after the other, each reading the token in between (DeepSeek-V3), or side by side in place of the last block (Gloeckle et al.).",
    }),
    dropout: z.number().min(0).max(0.9).default(0).meta({
      description:
        "Share of what each part adds to the residual stream (and of the embeddings) that is set to zero in training, against learning a small data set by heart.",
      unit: "share, 0 to 0.9",
    }),
    initStd: z.number().positive().max(1).default(0.02).meta({
      description: "Standard deviation of the initial weights.",
    }),
    initNumbers: z.enum(["random", "ordered"]).default("random").meta({
      description:
        "How the rows of number tokens begin, of the tokenizer `path`: each drawn at random, or `ordered`, near numbers alike and merged runs as the mean of their parts (HiVG).",
    }),
  })
  .prefault({})
  .superRefine((model, context) => {
    if (model.from === null) return;
    for (const [key, value] of Object.entries(shapeDefaults)) {
      if (model[key as keyof typeof shapeDefaults] === value) continue;
      context.addIssue({
        code: "custom",
        path: [key],
        message: "the shape is that of model.from: leave this out",
      });
    }
  })
  .superRefine((model, context) => {
    const fault = scalingFault(model);
    if (fault !== null) context.addIssue({ code: "custom", ...fault });
  })
  .superRefine((model, context) => {
    if (model.headDim === null && model.hiddenSize % model.heads !== 0) {
      context.addIssue({
        code: "custom",
        path: ["heads"],
        message: `expected a divisor of hiddenSize (${model.hiddenSize}), or headDim given, but found ${model.heads}`,
      });
    }
    if (model.kvHeads !== null && model.heads % model.kvHeads !== 0) {
      context.addIssue({
        code: "custom",
        path: ["kvHeads"],
        message: `expected a divisor of heads (${model.heads}), but found ${model.kvHeads}`,
      });
    }
    const headDim = model.headDim ?? model.hiddenSize / model.heads;
    if (model.positions === "rotary" && headDim % 2 !== 0 && Number.isInteger(headDim)) {
      context.addIssue({
        code: "custom",
        path: ["heads"],
        message: `expected heads of an even length for rotary positions, but found length ${headDim}`,
      });
    }
  })
  .meta({ description: "The decoder: a pretrained one, or a shape." });
