/** Which drawings are left out, though they could be learnt. */
import { z } from "zod";

const bound = z.number().int().min(1).nullable().default(null);

const language = z.string().regex(/^[a-z]{2,3}$/);

export const filtersKey = z
  .strictObject({
    visible: z.boolean().default(false).meta({
      description:
        "Leaves out drawings that do not render, and those of which nothing shows on white paper.",
    }),
    lossless: z.boolean().default(false).meta({
      description:
        "Leaves out drawings of which something cannot be kept (text, pictures, masks, filters …), instead of learning them without it.",
    }),
    aspect: z.number().min(1).max(1000).nullable().default(null).meta({
      description: "Leaves out drawings of a longer view box, of either direction.",
      unit: "longer sides in shorter ones",
    }),
    leastElements: bound.meta({
      description: "Leaves out drawings of fewer shapes; groups do not count.",
      unit: "shapes",
    }),
    mostElements: bound.meta({
      description: "Leaves out drawings of more shapes.",
      unit: "shapes",
    }),
    leastTokens: bound.meta({
      description: "Leaves out drawings of fewer tokens, without their captions.",
      unit: "tokens",
    }),
    mostTokens: bound.meta({
      description:
        "Leaves out drawings of more tokens, without their captions: the usual 4,096 or 8,192 whatever the context is. `data.maxTokens` bounds caption and drawing together.",
      unit: "tokens",
    }),
    nearDuplicates: z.enum(["keep", "together", "drop"]).default("keep").meta({
      description:
        "Drawings that look nearly the same, by a perceptual hash of their rendering: `keep` has them as all others (drawings of the same coarse geometry stand on one side of the split anyway), `together` puts them on one side of the split, mirrored ones too, `drop` keeps the first alone. Identical ones are always merged.",
    }),
    captionSimilarity: z.number().gt(0).max(1).nullable().default(null).meta({
      description:
        "Leaves out drawings whose plainest caption another has: from this share of common words and pairs of words on (Jaccard; by MinHash). 1 is the same words, 0.8 usual; `null` leaves all.",
      unit: "share, above 0 to 1",
    }),
    captionCopies: z.number().int().min(1).max(10_000).default(1).meta({
      description: "Of `data.filters.captionSimilarity`: drawings that are kept of one caption.",
      unit: "drawings",
    }),
    languages: z.array(language).min(1).max(32).nullable().default(null).meta({
      description:
        "Leaves out captions in other languages, and drawings that have no other: codes of ISO 639 (`[en]`). Short captions are judged by their script, others from 30 letters on by trigrams.",
    }),
    clipScore: z.number().min(-1).max(1).nullable().default(null).meta({
      description:
        "Leaves out drawings that fit their plainest caption less, by the CLIP that `data.filters.clip` names: the cosine of picture and text, which papers give a hundred times of. 0.2 to 0.25 is usual with ViT-B/32.",
      unit: "cosine, -1 to 1",
    }),
    clip: z.string().min(1).max(4096).nullable().default(null).meta({
      description:
        "Of `data.filters.clipScore`: a folder that holds a CLIP in the layout of the Hub, or an id of the Hub, as `openai/clip-vit-base-patch32`.",
    }),
  })
  .prefault({})
  .meta({ description: "What is left out of all that could be learnt, and counted by reason." });
