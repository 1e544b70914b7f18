/** Adapters: their size, where they are, and how they start. The options are those of PEFT. */
import { z } from "zod";

const pattern = z.string().min(1).max(500);

export const loraSection = z
  .strictObject({
    rank: z.number().int().min(1).max(4096).default(16).meta({
      description: "Rows of the narrow matrices.",
    }),
    alpha: z.number().positive().default(32).meta({
      description: "The adapter's product is multiplied by `alpha / rank`.",
    }),
    dropout: z.number().min(0).max(0.9).default(0).meta({
      description: "Share of an adapter's inputs that is set to zero in training.",
      unit: "share, 0 to 0.9",
    }),
    targetModules: z
      .union([z.literal("all-linear"), z.array(pattern).min(1).max(1000)])
      .default("all-linear")
      .meta({
        description:
          "Adapted layers: `all-linear` is every linear layer but the head; or a list of names as the checkpoint has them, such as `[q_proj, v_proj]`.",
      }),
    rankPattern: z.record(pattern, z.number().int().min(1).max(4096)).default({}).meta({
      description: "Ranks of layers whose name ends with a pattern, as `{ down_proj: 4 }`.",
    }),
    alphaPattern: z.record(pattern, z.number().positive()).default({}).meta({
      description: "Alphas of layers whose name ends with a pattern.",
    }),
    useRslora: z.boolean().default(false).meta({
      description: "Multiply by `alpha / sqrt(rank)` instead (rsLoRA).",
    }),
    useDora: z.boolean().default(false).meta({
      description: "Also train the length of each of a matrix's rows (DoRA).",
    }),
    loraPlusRatio: z.number().min(1).max(1000).default(1).meta({
      description: "How many times faster the outer matrices learn (LoRA+ proposes 16).",
    }),
    init: z.enum(["kaiming", "gaussian", "pissa"]).default("kaiming").meta({
      description:
        "How adapters start: random and of no effect, or from the matrix's principal directions (`pissa`; saved as a plain adapter of twice the rank).",
    }),
    modulesToSave: z.array(pattern).max(1000).default([]).meta({
      description:
        "Modules that are trained whole and saved with the adapter, as `[embed_tokens, lm_head]`.",
    }),
  })
  .prefault({})
  .superRefine((lora, context) => {
    if (lora.init === "pissa" && lora.useDora) {
      context.addIssue({
        code: "custom",
        path: ["init"],
        message: "expected kaiming or gaussian where dora is true, but found pissa",
      });
    }
  })
  .meta({ description: "The adapters that `train.method: lora` and `qlora` train." });
