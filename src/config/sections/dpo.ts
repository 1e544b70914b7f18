/** Direct preference optimisation; the options are those of TRL's DPOTrainer. */
import { z } from "zod";

export const dpoSection = z
  .strictObject({
    lossType: z
      .enum(["sigmoid", "sigmoid_norm", "ipo", "hinge", "robust"])
      .default("sigmoid")
      .meta({
        description:
          "`sigmoid` is DPO's own loss; `sigmoid_norm` and `ipo` take means over a drawing's tokens in place of sums, so that long drawings weigh no more than short ones; `hinge` stops at a margin; `robust` allows for pairs that are the wrong way round.",
      }),
    beta: z.number().positive().max(100).default(0.1).meta({
      description:
        "How strongly the model is held to the weights that it began with: higher is closer. Of `ipo`, its tau.",
    }),
    labelSmoothing: z.number().min(0).lt(0.5).default(0).meta({
      description:
        "Share of the pairs that are taken to be the wrong way round, of `sigmoid` (conservative DPO) and `robust`.",
      unit: "share, 0 to 0.5",
    }),
    rpoAlpha: z.number().min(0).max(100).default(0).meta({
      description:
        "Times the chosen drawing's negative log-likelihood a token, added to the loss: against good drawings becoming less likely along with the bad ones, as DPO alone lets them; 1 is usual, 0 adds none.",
    }),
  })
  .prefault({})
  .meta({
    description: "Preference training, `train.task: dpo` (docs/preferences.md).",
  });
