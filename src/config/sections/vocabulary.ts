/** New tokens of a pretrained model: how their rows begin, and which rows learn. */
import { z } from "zod";

export const vocabularySection = z
  .strictObject({
    init: z.enum(["description", "distribution", "zeros"]).default("description").meta({
      description:
        "How a new token's rows begin: the mean of the rows of the words that describe it (LLM4SVG), a draw from the old rows' normal distribution, or zeros.",
    }),
    covarianceScale: z.number().min(0).max(1).default(1e-9).meta({
      description: "Of `distribution`: multiplies the old rows' covariance.",
    }),
    padToMultiple: z.number().int().min(1).max(4096).default(1).meta({
      description:
        "The tables' rows become a multiple of this when tokens are added; 1 adds as many as there are tokens.",
      unit: "rows",
    }),
    train: z.enum(["new", "all", "none"]).default("new").meta({
      description:
        "Rows of the token tables that learn beside adapters, or by the method `embeddings`: those of the new tokens, all, or none.",
    }),
  })
  .prefault({})
  .meta({ description: "The tokens that a tokenizer adds to the model of `model.from`." });
