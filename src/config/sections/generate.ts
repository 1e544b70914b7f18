/** How drawings are made. */
import { z } from "zod";

export const generateSection = z
  .strictObject({
    temperature: z.number().min(0).max(10).default(0.8).meta({
      description: "Divides the logits; 0 always takes the likeliest token.",
    }),
    topK: z.number().int().min(1).nullable().default(null).meta({
      description: "Draw from the k likeliest tokens only; `null` does not limit.",
    }),
    topP: z.number().gt(0).max(1).default(0.95).meta({
      description: "Draw from the likeliest tokens that together have this probability.",
    }),
    repetitionPenalty: z.number().min(1).max(10).default(1).meta({
      description: "Divides the logits of tokens that stand in the sequence already; 1 is off.",
    }),
    maxTokens: z.number().int().min(8).nullable().default(null).meta({
      description: "Longest drawing; `null` takes what the context leaves after the caption.",
      unit: "tokens",
    }),
    samples: z.number().int().min(1).max(10_000).default(16).meta({
      description: "Drawings made at the end of a training run.",
      unit: "drawings",
    }),
    prompts: z.array(z.string().min(1)).max(10_000).default([]).meta({
      description: "Captions to draw; where these are too few, held-out captions follow.",
    }),
    seed: z.number().int().min(0).max(4_294_967_295).default(7).meta({
      description: "Of the sampling.",
    }),
  })
  .prefault({})
  .meta({ description: "How drawings are made." });
