/** How drawings are made. */
import { z } from "zod";
import { cacheDtypes } from "../../../models/index.ts";

export const generateSection = z
  .strictObject({
    temperature: z.number().min(0).max(10).default(0.8).meta({
      description: "Divides the logits; 0 always takes the likeliest token.",
    }),
    coordinateTemperature: z.number().min(0).max(10).nullable().default(null).meta({
      description:
        "The temperature where a coordinate or a length is likeliest next; `null` takes `temperature`, which is then that of commands alone.",
    }),
    guidance: z.number().min(0).max(20).default(1).meta({
      description:
        "Classifier-free guidance: above 1, drawings follow their captions more closely, 1 is off. Needs a model that was trained with `data.captionDropout`; doubles the work.",
    }),
    candidates: z.number().int().min(1).max(256).default(1).meta({
      description:
        "Drawings made for each caption, of which the one is taken that owes most to it, by log p(drawing | caption) - log p(drawing). Needs `data.captionDropout` likewise.",
      unit: "drawings",
    }),
    speculate: z.number().int().min(0).max(8).default(0).meta({
      description:
        "Speculative decoding: tokens that a model's own heads draft before each pass, at most (needs a model trained with `model.futureTokens`; another draws as ever). The drawings are the same, to the token; they are made one after the other, which is for few drawings at a time. 0 drafts none.",
      unit: "tokens",
    }),
    cacheDtype: z.enum(cacheDtypes).default("float32").meta({
      description:
        "How keys and values of earlier tokens are kept while drawing, and by `pathloom serve`: `int8`, a byte each with a scale for every vector of a head, takes little more than a quarter of the memory and rounds them, so that some drawings differ; not together with `generate.speculate`.",
    }),
    topK: z.number().int().min(1).nullable().default(null).meta({
      description: "Draw from the k likeliest tokens only; `null` does not limit.",
    }),
    topP: z.number().gt(0).max(1).default(0.95).meta({
      description: "Draw from the likeliest tokens that together have this probability.",
    }),
    repetitionPenalty: z.number().min(1).max(10).default(1).meta({
      description:
        "Divides the logits of tokens that stand in the sequence already, the prompt included; 1 is off.",
    }),
    maxTokens: z.number().int().min(8).nullable().default(null).meta({
      description: "Longest drawing; `null` takes what the context leaves after the caption.",
      unit: "tokens",
    }),
    samples: z.number().int().min(0).max(10_000).default(16).meta({
      description: "Drawings made at the end of a training run; 0 makes none.",
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
