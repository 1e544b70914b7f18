/** What a run leaves for people to look at. */
import { z } from "zod";

export const reportSection = z
  .strictObject({
    logEvery: z.number().int().min(1).default(10).meta({
      description: "Steps between lines of `log.jsonl` and of the terminal.",
      unit: "steps",
    }),
    tensorboard: z.boolean().default(true).meta({
      description:
        "Also write `tensorboard/` in the run's folder: scalars, drawings made on the way, the configuration, and the hyper-parameters.",
    }),
    sheetColumns: z.number().int().min(1).max(16).default(4).meta({
      description: "Columns of the contact sheet; each holds a made and a real drawing.",
    }),
    contrasts: z
      .array(z.array(z.string().min(1)).min(1).max(16))
      .max(64)
      .nullable()
      .default(null)
      .meta({
        description:
          "Rows of captions drawn side by side on a second sheet; `null` takes captions of the data that differ by one word, `[]` draws none.",
      }),
    cellSize: z.number().int().min(32).max(1024).default(160).meta({
      description: "Side of a drawing on the contact sheet.",
      unit: "pixels",
    }),
  })
  .prefault({})
  .meta({ description: "What a run leaves for people to look at." });
