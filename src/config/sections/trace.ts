/** How images become drawings. */
import { z } from "zod";

export const traceSection = z
  .strictObject({
    tracer: z.enum(["vtracer", "potrace"]).default("vtracer").meta({
      description:
        "Who finds outlines: `vtracer` comes with Pathloom (the package @neplex/vectorizer), `potrace` is a program of the system, in `PATH` or named by `PATHLOOM_POTRACE`.",
    }),
    size: z.number().int().min(16).max(1024).default(512).meta({
      description: "The longer side that images are brought to before they are traced.",
      unit: "pixels",
    }),
    colors: z.number().int().min(1).max(30).default(8).meta({
      description:
        "Most colours of a drawing, its ground not counted; 1 makes silhouettes: what differs from the ground, in black.",
      unit: "colours",
    }),
    threshold: z.number().gt(0).lt(1).nullable().default(null).meta({
      description:
        "Of silhouettes: from which share of the largest difference to the ground on a pixel is ink; `null` finds it by Otsu's method.",
    }),
    speckle: z.number().min(0).max(0.5).default(0.0003).meta({
      description: "Areas of less than this share of the image are painted as what is around them.",
    }),
    tolerance: z.number().min(0.1).max(4).default(0.5).meta({
      description:
        "By how much curves may lie off the outlines. Where a drawing takes more than `maxTokens`, it is raised up to 8; then colours are halved.",
      unit: "grid units",
    }),
    maxTokens: z.number().int().min(8).nullable().default(null).meta({
      description:
        "The budget of a drawing, without its caption; an image that needs more even at its coarsest is left out. `null` sets none.",
      unit: "tokens",
    }),
    minTokens: z.number().int().min(0).default(0).meta({
      description: "Drawings of fewer tokens are left out: of images that show next to nothing.",
      unit: "tokens",
    }),
    maxError: z.number().gt(0).max(1).nullable().default(null).meta({
      description:
        "Drawings that differ more from their image are left out: the mean difference of the colour channels on white. `null` takes all.",
    }),
  })
  .prefault({})
  .meta({ description: "How images become drawings, `pathloom trace` (docs/tracing.md)." });
