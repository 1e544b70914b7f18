/** How long and how the decoder learns. */
import { z } from "zod";

export const trainSection = z
  .strictObject({
    method: z.enum(["full", "lora", "qlora", "embeddings"]).default("full").meta({
      description:
        "What learns: every weight (`full`), low-rank adapters over a frozen model (`lora`; `qlora` keeps that model in 4 bits), or the token tables alone (`embeddings`).",
    }),
    steps: z.number().int().min(1).nullable().default(null).meta({
      description: "Updates of the weights.",
      unit: "steps",
    }),
    epochs: z.number().positive().nullable().default(null).meta({
      description: "Passes over the training drawings, in place of `steps`.",
      unit: "epochs",
    }),
    minutes: z.number().positive().nullable().default(null).meta({
      description: "Stop after this time even when `steps` or `epochs` are left.",
      unit: "minutes",
    }),
    batchSize: z.number().int().min(1).max(65_536).default(16).meta({
      description: "Rows of a forward pass.",
      unit: "rows",
    }),
    gradientAccumulationSteps: z.number().int().min(1).max(65_536).default(1).meta({
      description:
        "Forward passes whose gradients are added before an update, weighted by counted tokens.",
      unit: "passes",
    }),
    hideTokens: z.number().min(0).max(0.9).default(0).meta({
      description:
        "Share of the drawings' tokens that the model does not get to read in training, though it has to predict them all: against going by the beginning of a drawing that it knows by heart instead of by the caption.",
      unit: "share, 0 to 0.9",
    }),
    lr: z.number().positive().max(10).default(1e-3).meta({ description: "Highest learning rate." }),
    embeddingLr: z.number().positive().max(10).nullable().default(null).meta({
      description:
        "Highest learning rate of the token tables (embeddings and head); `null` takes `lr`.",
    }),
    minLrRatio: z.number().min(0).max(1).default(0.1).meta({
      description: "Learning rate at the end, as a share of `lr`.",
    }),
    warmupSteps: z.number().int().min(0).default(100).meta({
      description:
        "The learning rate rises in a straight line over these. The first step has the first fraction of it, not 0: one step ahead of the schedules of transformers, whose first step learns nothing.",
      unit: "steps",
    }),
    warmupShare: z.number().min(0).lt(1).nullable().default(null).meta({
      description: "The warm-up as a share of the run's steps, in place of `warmupSteps`.",
      unit: "share, 0 to 1",
    }),
    schedule: z.enum(["cosine", "linear", "constant", "wsd"]).default("cosine").meta({
      description:
        "How the learning rate falls after the warm-up; `wsd` stays at the peak and falls in a straight line over the last `decaySteps` alone, so that until then `steps` may still be changed.",
    }),
    decaySteps: z.number().int().min(1).nullable().default(null).meta({
      description:
        "Of `wsd`: the last steps, over which the rate falls; `null` takes a fifth of all.",
      unit: "steps",
    }),
    optimizer: z.enum(["adamw", "muon"]).default("adamw").meta({
      description:
        "How the weights are updated: all by AdamW, or the layers' matrices by Muon (orthogonal updates, as large as AdamW's) and the rest by AdamW.",
    }),
    momentum: z.number().min(0).lt(1).default(0.95).meta({
      description: "Muon: decay of the gradient's running mean.",
    }),
    beta1: z.number().min(0).lt(1).default(0.9).meta({
      description: "AdamW: decay of the gradient's running mean.",
    }),
    beta2: z.number().min(0).lt(1).default(0.95).meta({
      description: "AdamW: decay of the squared gradient's running mean.",
    }),
    eps: z.number().positive().max(1).default(1e-8).meta({
      description: "AdamW: added to the root of the squared gradient's mean.",
    }),
    weightDecay: z.number().min(0).max(10).default(0.1).meta({
      description: "Decoupled decay of the matrices; norms and biases are not decayed.",
    }),
    maxGradNorm: z.number().positive().nullable().default(1).meta({
      description: "Largest global norm of the gradient; `null` does not clip.",
    }),
    gradientCheckpointing: z.boolean().default(false).meta({
      description:
        "Gradient checkpointing: a layer's inner results are computed again in the backward pass instead of kept. The same numbers, less memory, about a third more work.",
    }),
    evalEvery: z.number().int().min(1).nullable().default(200).meta({
      description: "Steps between evaluations on the held-out drawings; `null` only at the end.",
      unit: "steps",
    }),
    saveEvery: z.number().int().min(1).nullable().default(200).meta({
      description: "Steps between checkpoints; `null` only at the end.",
      unit: "steps",
    }),
    sampleEvery: z.number().int().min(1).nullable().default(null).meta({
      description: "Steps between drawings made on the way; `null` only at the end.",
      unit: "steps",
    }),
    keep: z.number().int().min(1).default(3).meta({
      description: "Newest checkpoints kept; the best is kept besides.",
      unit: "checkpoints",
    }),
    seed: z.number().int().min(0).max(4_294_967_295).default(1).meta({
      description: "Of the weights, the order of the samples and the drawings made on the way.",
    }),
    engine: z
      .enum(["auto", "cuda", "onnx", "openvino", "tensorflow", "reference"])
      .default("auto")
      .meta({
        description:
          "What computes; `auto` takes the first that starts of `cuda` and `onnx`. `reference` is slow, for tests.",
      }),
    precision: z.enum(["float32", "bfloat16"]).default("float32").meta({
      description:
        "Of matrix products and what lies between them. `bfloat16` is for `openvino` on processors that have it; parameters, optimiser, norms and loss stay in float32.",
    }),
    threads: z.number().int().min(1).max(1024).nullable().default(null).meta({
      description: "Processor threads; `null` takes all cores.",
    }),
  })
  .prefault({ steps: 1000 })
  .superRefine((train, context) => {
    const { steps, epochs, minutes } = train;
    if (steps === null && epochs === null && minutes === null) {
      context.addIssue({
        code: "custom",
        path: [],
        message: "expected one of steps, epochs or minutes",
      });
    }
    if (steps === null && epochs === null && minutes !== null && train.schedule !== "constant") {
      context.addIssue({
        code: "custom",
        path: ["schedule"],
        message: `expected "constant" where minutes alone end the run (a falling rate needs steps or epochs to fall over), but found "${train.schedule}"`,
      });
    }
    if (train.warmupShare !== null && steps === null && epochs === null) {
      context.addIssue({
        code: "custom",
        path: ["warmupShare"],
        message: "expected steps or epochs, of which it is a share",
      });
    }
    if (steps !== null && epochs !== null) {
      context.addIssue({
        code: "custom",
        path: ["epochs"],
        message: "expected steps or epochs, but found both",
      });
    }
  })
  .meta({ description: "How long and how the decoder learns." });
