/** How long and how the decoder learns. */
import { z } from "zod";

/** Schedules that need no end. */
const endless: readonly string[] = ["constant", "inverse-sqrt", "wsd"];

const group = z.strictObject({
  match: z.string().min(1).max(300),
  lr: z.number().positive().max(10).nullable().default(null),
  weightDecay: z.number().min(0).max(10).nullable().default(null),
});

/** Of a run that says nothing of its length. */
export const defaultLength = { steps: 1000 } as const;

export const trainSection = z
  .strictObject({
    task: z.enum(["sft", "dpo"]).default("sft").meta({
      description:
        "What is learnt from: captions with their drawings (`sft`; also from scratch), or pairs of a chosen and a rejected drawing (`dpo`: direct preference optimisation, options in the section `dpo`, data of the columns `prompt`, `chosen` and `rejected`, from a model that draws already; docs/preferences.md).",
    }),
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
      description: "Rows of a forward pass; for `task: dpo` pairs, of two rows each.",
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
    schedule: z
      .enum(["constant", "linear", "cosine", "inverse-sqrt", "wsd"])
      .default("cosine")
      .meta({
        description:
          "How the learning rate falls after the warm-up: `constant`, `linear`, `cosine`, `inverse-sqrt` (with the root of the steps, at no time to 0), or `wsd`, which stays at the peak and falls in a straight line over the last `decaySteps` alone: until then a run needs no end, and `--resume --decay 500` ends it.",
      }),
    decaySteps: z.number().int().min(1).nullable().default(null).meta({
      description:
        "Of `wsd`: the last steps, over which the rate falls; `null` takes a fifth of all. A run that goes on may change it.",
      unit: "steps",
    }),
    restarts: z.number().int().min(0).max(1000).default(0).meta({
      description:
        "Of `cosine`: how often the rate goes back to the peak at once (warm restarts), in parts of equal length.",
      unit: "restarts",
    }),
    optimizer: z
      .enum(["adamw", "adamw-8bit", "muon", "adafactor", "lion", "sgd"])
      .default("adamw")
      .meta({
        description:
          "How the weights are updated: `adamw`; `adamw-8bit` (moments in a quarter of the memory); `muon` (orthogonal updates of the layers' matrices, as large as AdamW's, and the rest by AdamW); `adafactor` (next to no memory; `lr` is relative to the size of a weight); `lion` (one moment; a third to a tenth of AdamW's `lr`, `beta2` 0.98); `sgd` (docs/training.md compares them).",
      }),
    groups: z.array(group).max(64).default([]).meta({
      description:
        'Parameters that learn at an `lr` or with a `weightDecay` of their own, by a pattern over their names in which `*` stands for anything: `[{match: "layers.0.*", lr: 1e-4}, {match: "*.bias", weightDecay: 0}]`. The first that matches counts.',
    }),
    momentum: z.number().min(0).lt(1).default(0.95).meta({
      description: "Muon: decay of the gradient's running mean; SGD: of its running sum.",
    }),
    nesterov: z.boolean().default(false).meta({
      description: "SGD: look ahead by one step of the momentum.",
    }),
    beta1: z.number().min(0).lt(1).default(0.9).meta({
      description:
        "AdamW: decay of the gradient's running mean; Lion: share of the momentum in an update.",
    }),
    beta2: z.number().min(0).lt(1).default(0.95).meta({
      description: "AdamW: decay of the squared gradient's running mean; Lion: of the momentum.",
    }),
    eps: z.number().positive().max(1).default(1e-8).meta({
      description: "AdamW: added to the root of the squared gradient's mean.",
    }),
    weightDecay: z.number().min(0).max(10).default(0.1).meta({
      description: "Decoupled decay of the matrices; norms and biases are not decayed.",
    }),
    frozen: z.array(z.string().min(1).max(300)).max(64).default([]).meta({
      description:
        "Parameters that do not learn, by patterns over their names in which `*` stands for anything: `[embedding.*, layers.0.*]`.",
    }),
    emaDecay: z.number().min(0).lt(1).nullable().default(null).meta({
      description:
        "Keeps an exponential moving average of the weights with this decay (0.9999 in LLM4SVG): scored beside the weights, saved as a model of its own in `ema/`, which `generate --model` draws with. `null` keeps none.",
    }),
    emaAfter: z.number().int().min(0).default(100).meta({
      description: "Of the average: until this step it is the weights themselves.",
      unit: "steps",
    }),
    emaEvery: z.number().int().min(1).default(10).meta({
      description: "Of the average: steps between its updates.",
      unit: "steps",
    }),
    labelSmoothing: z.number().min(0).lt(1).default(0).meta({
      description:
        "Share of each target that is spread over the whole vocabulary in training. Held-out figures are without.",
      unit: "share, 0 to 1",
    }),
    zLoss: z.number().min(0).max(1).default(0).meta({
      description:
        "Times the squared logarithm of the softmax's normaliser, added to the training loss so that logits do not drift; 1e-4 is usual.",
    }),
    futureLossWeight: z.number().positive().max(10).default(0.3).meta({
      description:
        "Of a model with heads for tokens further on (`model.futureTokens`): times the mean of their losses, added to the training loss. DeepSeek-V3 begins with 0.3. Held-out figures are of the next token alone.",
    }),
    neftuneAlpha: z.number().min(0).max(100).default(0).meta({
      description:
        "NEFTune: size of the noise that is added to the embeddings in training, against learning few drawings by heart; 5 is usual, 0 adds none.",
    }),
    sequenceWarmupSteps: z.number().int().min(0).default(0).meta({
      description:
        "Over these steps rows grow from `sequenceWarmupFrom` positions to the whole context, in equal steps; drawings that do not fit yet come later, none is cut. 0 begins with whole rows.",
      unit: "steps",
    }),
    sequenceWarmupFrom: z.number().int().min(16).default(64).meta({
      description: "Positions of a row at the first step, and by which they grow.",
      unit: "tokens",
    }),
    batchWarmupSteps: z.number().int().min(0).default(0).meta({
      description:
        "Over these steps the rows of a batch double from `batchWarmupFrom` to `batchSize`. 0 begins with whole batches.",
      unit: "steps",
    }),
    batchWarmupFrom: z.number().int().min(1).default(1).meta({
      description: "Rows of a batch at the first step.",
      unit: "rows",
    }),
    maxGradNorm: z.number().positive().nullable().default(1).meta({
      description: "Largest global norm of the gradient; `null` does not clip.",
    }),
    nonFinite: z.enum(["stop", "skip"]).default("stop").meta({
      description:
        "What is done at a step whose loss or gradient is not a finite number: `stop` the run, or `skip` the update, count it and name the samples in `trouble.jsonl`; ten such steps one after the other stop the run, too.",
    }),
    spikeDeviations: z.number().positive().max(1000).nullable().default(8).meta({
      description:
        "A step whose loss is so far above the mean of the last hundred is told, with the samples that cost most; `null` looks at none.",
      unit: "standard deviations",
    }),
    gradientCheckpointing: z.boolean().default(false).meta({
      description:
        "Gradient checkpointing: a layer's inner results are computed again in the backward pass instead of kept. The same numbers, less memory, about a third more work.",
    }),
    evalEvery: z.number().int().min(1).nullable().default(200).meta({
      description: "Steps between evaluations on the held-out drawings; `null` only at the end.",
      unit: "steps",
    }),
    patience: z.number().int().min(1).max(10_000).nullable().default(null).meta({
      description:
        "Early stopping: the run ends after so many evaluations in a row (every `evalEvery` steps) without a lower held-out loss; `null` never. Following captions comes after the lowest loss (docs/recipe.md): this is for likelihood.",
      unit: "evaluations",
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
    keepBest: z.number().int().min(1).max(100).default(1).meta({
      description:
        "Best checkpoints kept besides: of several, each as its step's folder, the best as `checkpoints/best` too (`bests` in each `training_state.json` ranks them).",
      unit: "checkpoints",
    }),
    bestMetric: z.enum(["loss", "hit1", "hit5", "mrr", "sharedWord"]).default("loss").meta({
      description:
        "What the best checkpoints are chosen by: the held-out loss, or how like their icons the drawings of `evaluate.drawn` captions are, of those trained on (docs/measure.md), drawn at every evaluation.",
    }),
    seed: z.number().int().min(0).max(4_294_967_295).default(1).meta({
      description: "Of the weights, the order of the samples and the drawings made on the way.",
    }),
    engine: z
      .enum(["auto", "xla", "cuda", "onnx", "openvino", "tensorflow", "reference"])
      .default("auto")
      .meta({
        description:
          "What computes; `auto` takes the first that starts of `xla` on an accelerator, `cuda` and `onnx`. `reference` is slow, for tests.",
      }),
    precision: z.enum(["float32", "bfloat16", "tf32"]).default("float32").meta({
      description:
        "Of matrix products and what lies between them. `bfloat16` is for `xla`, and for `openvino` on processors that have it; parameters, optimiser, norms and loss stay in float32. `tf32` is for `xla` on an NVIDIA card, where the factors of products are rounded to 10 bits behind the point and all else is float32.",
    }),
    mesh: z
      .strictObject({
        data: z.number().int().min(1).max(4096).default(1),
        model: z.number().int().min(1).max(4096).default(1),
        sharded: z.boolean().default(false),
      })
      .nullable()
      .default(null)
      .meta({
        description:
          "Of the engine `xla`: devices that each step is divided among, `{data: 4, model: 2}`. The rows of a batch go along `data`, matrices (heads, the feed-forward layer) along `model`; `sharded: true` divides parameters, gradients and moments along `data`, too (ZeRO-3). `null` takes one device.",
      }),
    threads: z.number().int().min(1).max(1024).nullable().default(null).meta({
      description:
        "Processor threads; `null` takes as many as `PATHLOOM_THREADS` says, and all cores where it is not set.",
    }),
  })
  .prefault(defaultLength)
  .superRefine((train, context) => {
    const { steps, epochs, minutes } = train;
    if (steps === null && epochs === null && minutes === null) {
      context.addIssue({
        code: "custom",
        path: [],
        message: "expected one of steps, epochs or minutes",
      });
    }
    if (
      steps === null &&
      epochs === null &&
      minutes !== null &&
      !endless.includes(train.schedule)
    ) {
      context.addIssue({
        code: "custom",
        path: ["schedule"],
        message: `expected "constant", "inverse-sqrt" or "wsd" where minutes alone end the run (a falling rate needs steps or epochs to fall over), but found "${train.schedule}"`,
      });
    }
    if (train.batchWarmupSteps > 0 && train.batchWarmupFrom > train.batchSize) {
      context.addIssue({
        code: "custom",
        path: ["batchWarmupFrom"],
        message: `expected at most batchSize ${train.batchSize}, but found ${train.batchWarmupFrom}`,
      });
    }
    const { mesh } = train;
    if (mesh !== null && train.batchSize % mesh.data !== 0) {
      context.addIssue({
        code: "custom",
        path: ["mesh", "data"],
        message: `expected a divisor of batchSize ${train.batchSize}, but found ${mesh.data}`,
      });
    }
    if (mesh !== null && train.engine !== "auto" && train.engine !== "xla") {
      context.addIssue({
        code: "custom",
        path: ["mesh"],
        message: `expected null for the engine ${train.engine}, which computes on one device`,
      });
    }
    if (train.nesterov && train.momentum === 0) {
      context.addIssue({
        code: "custom",
        path: ["nesterov"],
        message: "expected a momentum above 0 to look ahead by, but found 0",
      });
    }
    if (train.warmupShare !== null && steps === null && epochs === null) {
      context.addIssue({
        code: "custom",
        path: ["warmupShare"],
        message: "expected steps or epochs, of which it is a share",
      });
    }
    if (train.patience !== null && train.evalEvery === null) {
      context.addIssue({
        code: "custom",
        path: ["patience"],
        message: `expected train.evalEvery for it to count evaluations, but found null`,
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
