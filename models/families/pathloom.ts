/** Decoders that no published family holds, in a layout of our own: our names, our config. */
import { z } from "zod";
import { checkDecoderConfig, type DecoderConfig, ModelConfigError } from "../config.ts";
import { parameterSpecs } from "../parameters.ts";
import { type Family, FamilyError, plain } from "./family.ts";
import { parseConfig } from "./parse-config.ts";

const size = z.number().int().positive();

const schema = z.object({
  vocabularySize: size,
  context: size,
  layers: size,
  width: size,
  heads: size,
  keyValueHeads: size,
  headDim: size,
  feedForward: size,
  positions: z.enum(["learned", "rotary"]),
  rope: z.object({ theta: z.number().positive() }),
  norm: z.enum(["layerNorm", "rmsNorm"]),
  normEpsilon: z.number().positive(),
  activation: z.enum(["gelu", "geluNew", "silu"]),
  gated: z.boolean(),
  biases: z.object({
    queryKeyValue: z.boolean(),
    attentionOutput: z.boolean(),
    feedForward: z.boolean(),
  }),
  tieEmbeddings: z.boolean(),
}) satisfies z.ZodType<DecoderConfig>;

export const pathloom: Family = {
  modelType: "pathloom",

  readConfig(json) {
    const config = parseConfig("pathloom", schema, json);
    try {
      checkDecoderConfig(config);
    } catch (error) {
      if (error instanceof ModelConfigError) throw new FamilyError(`config.json: ${error.message}`);
      throw error;
    }
    return config;
  },

  writeConfig: (config) => ({
    architectures: ["PathloomForCausalLM"],
    model_type: "pathloom",
    ...config,
  }),

  refuses: () => null,

  tensors: (config) => parameterSpecs(config).map(({ name }) => plain(name, name)),
};
