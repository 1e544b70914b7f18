/** How a drawing becomes tokens. */
import { z } from "zod";

export const tokenizerSection = z
  .strictObject({
    representation: z.enum(["path"]).default("path").meta({
      description: "The language a drawing is written in. `path` has a vocabulary of its own.",
    }),
    grid: z.number().int().min(8).max(1024).default(200).meta({
      description: "Length of the longer side of the view box; points are whole numbers on it.",
      unit: "grid units",
    }),
    coordinates: z.enum(["separate", "merged"]).default("separate").meta({
      description:
        "A point is two tokens, x and y (`separate`), or one token of grid x grid (`merged`), which makes drawings shorter and the vocabulary larger.",
    }),
    captionVocabulary: z.number().int().min(0).max(65_536).default(512).meta({
      description: "Tokens of the byte-pair encoding that is trained on the captions.",
      unit: "tokens",
    }),
    shapes: z.enum(["keep", "paths"]).default("keep").meta({
      description: "Keep circles, rects and the like as they are, or write all as `paths`.",
    }),
    arcs: z.enum(["keep", "cubics"]).default("keep").meta({
      description: "Keep arcs exactly, or write them as cubic curves.",
    }),
  })
  .prefault({})
  .meta({ description: "How a drawing becomes tokens." });
