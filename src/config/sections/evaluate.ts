/** How a model is measured. */
import { z } from "zod";

export const evaluateSection = z
  .strictObject({
    drawn: z.number().int().min(0).max(10_000).default(120).meta({
      description:
        "Captions drawn to be compared with the real icons, of those trained on and of the held-out ones each; 0 measures nothing at a run's end.",
      unit: "captions",
    }),
    ranked: z.number().int().min(1).max(10_000).default(60).meta({
      description:
        "Held-out drawings whose caption is looked for by the likelihood of the drawing.",
      unit: "drawings",
    }),
    captions: z.number().int().min(2).max(1000).default(100).meta({
      description: "Captions that it is looked for among, the true one included.",
      unit: "captions",
    }),
    set: z.string().min(1).nullable().default(null).meta({
      description:
        "Of several sources, the one whose captions are drawn and whose icons they are compared with, by the name that the run's report gives it; `null` takes all.",
    }),
    seed: z.number().int().min(0).max(4_294_967_295).default(11).meta({
      description: "Of the choice of captions and of the intervals.",
    }),
  })
  .prefault({})
  .meta({ description: "How a model is measured, at a run's end and by `evaluate --measure`." });
