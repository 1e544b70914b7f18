/** Which drawings are learnt, what is said of them, and which are kept apart. */
import { z } from "zod";

export const dataSection = z
  .strictObject({
    source: z.string().min(1).default("lucide").meta({
      description:
        "Where the drawings come from: `lucide` (the icons of the `lucide-static` package), a folder of `.svg` files, or a `.jsonl` file with one `{caption, svg}` a line. Paths are relative to the working directory.",
    }),
    limit: z.number().int().min(1).nullable().default(null).meta({
      description: "Read at most so many drawings of the source; `null` reads all.",
      unit: "drawings",
    }),
    heldOut: z.number().min(0).max(0.9).default(0.05).meta({
      description:
        "Share of the drawings that are never trained on, chosen by a hash of the content: the same drawing always falls on the same side.",
      unit: "share, 0 to 0.9",
    }),
    maxTokens: z.number().int().min(8).nullable().default(null).meta({
      description:
        "Longer samples (caption and drawing) are left out and counted; `null` takes `model.context`.",
      unit: "tokens",
    }),
    captionVariants: z.number().int().min(1).max(64).default(4).meta({
      description:
        "Captions written for each icon: its name, and its name with changing tags. One is drawn at random each time the icon is trained on.",
      unit: "captions",
    }),
    captionTags: z.number().int().min(0).max(32).default(3).meta({
      description: "Most tags that a caption adds to the icon's name.",
      unit: "tags",
    }),
    augment: z.enum(["none", "mirror"]).default("none").meta({
      description:
        "`mirror` also trains on each drawing flipped from left to right, which is exact on the grid, unless a caption speaks of sides, letters or digits.",
    }),
    packing: z.boolean().default(true).meta({
      description:
        "Fill each row of a batch with several samples that cannot see each other, instead of one sample and padding.",
    }),
    lossOn: z.enum(["drawing", "sample"]).default("drawing").meta({
      description:
        "Which tokens the training loss counts: those of the `drawing`, or those of the whole `sample`, caption included. Held-out figures always count the drawing's.",
    }),
  })
  .prefault({})
  .meta({ description: "The drawings that are learnt and what is said of them." });
