/** Rejection sampling: a model learns from the best of its own drawings. */
import { z } from "zod";

const weights = z
  .record(z.string().min(1).max(4096), z.number().min(-1000).max(1000))
  .refine((rewards) => Object.keys(rewards).length > 0, {
    message: "expected at least one reward, as ssim",
  });

export const rejectionSection = z
  .strictObject({
    rounds: z.number().int().min(1).max(1000).default(3).meta({
      description:
        "How often the model draws, its drawings are judged, and it learns from the best. A run that is finished goes on with more.",
      unit: "rounds",
    }),
    reward: z
      .union([z.string().min(1).max(4096), weights])
      .default("likeness")
      .meta({
        description:
          "What drawings are worth: `likeness` to the real drawing of the caption (the cosine of blurred pictures, as docs/measure.md compares), `ssim` or `mse` to it, `valid` (shows something and keeps to its budget), `caption` (ln p(caption | drawing) by the model that training begins with), `clip` (where `rejection.clip` names one), or the file of a module whose default export is a function (`./reward.mjs`); or several with weights, as `{likeness: 1, caption: 0.1}`.",
      }),
    clip: z.string().min(1).max(4096).nullable().default(null).meta({
      description:
        "Of the reward `clip` (how well a drawing fits its caption): a folder that holds a CLIP in the layout of the Hub, or an id of the Hub, as `openai/clip-vit-base-patch32`.",
    }),
    prompts: z.number().int().min(1).nullable().default(null).meta({
      description:
        "Captions of the training drawings that are drawn in a round, others each round; `null` draws all.",
      unit: "captions",
    }),
    generations: z.number().int().min(2).max(1024).default(8).meta({
      description: "Drawings made for each caption (`num_generations` in TRL).",
      unit: "drawings",
    }),
    keep: z.number().int().min(1).max(1024).default(1).meta({
      description: "Of the drawings of a caption, so many of the best are learnt from.",
      unit: "drawings",
    }),
    threshold: z.number().nullable().default(null).meta({
      description: "Drawings of less reward are not learnt from; `null` takes them, too.",
    }),
    minMargin: z.number().min(0).default(0).meta({
      description:
        "Of `train.task: dpo`: the best and the worst drawing of a caption make a pair where their rewards differ by more than this.",
    }),
    realWeight: z.number().min(0).max(1000).default(0).meta({
      description:
        "How often a real training drawing is shown beside a kept one, against forgetting; 0 shows none. Of `train.task: sft`.",
    }),
    heldOutPrompts: z.number().int().min(0).max(100_000).default(64).meta({
      description: "Held-out captions that each round's model is measured on; 0 measures nothing.",
      unit: "captions",
    }),
    heldOutGenerations: z.number().int().min(1).max(1024).default(4).meta({
      description: "Drawings of each held-out caption, over which its reward is a mean.",
      unit: "drawings",
    }),
    seed: z.number().int().min(0).max(4_294_967_295).default(5).meta({
      description: "Of the choice of captions and of the drawings.",
    }),
  })
  .prefault({})
  .meta({
    description:
      "Rejection sampling, `pathloom rejection-sample` (docs/preferences.md). `train` passes it over.",
  });
