/** Decoders that no published family holds, in a layout of our own: our names, our config. */
import { z } from "zod";
import {
  checkDecoderConfig,
  type DecoderConfig,
  ModelConfigError,
  plainDecoder,
} from "../decoder/config.ts";
import { decoderSpecs } from "../decoder/parameters.ts";
import { type Family, FamilyError } from "./family.ts";
import { parseConfig } from "./parse-config.ts";
import { layerCount, size } from "./size.ts";

const positive = z.number().positive();

const scaling = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("linear"), factor: positive }),
  z.strictObject({
    type: z.literal("dynamic"),
    factor: positive,
    originalContextLength: positive,
  }),
  z.strictObject({
    type: z.literal("llama3"),
    factor: positive,
    lowFrequencyFactor: positive,
    highFrequencyFactor: positive,
    originalContextLength: positive,
  }),
  z.strictObject({
    type: z.literal("longrope"),
    shortFactors: z.array(positive),
    longFactors: z.array(positive),
    originalContextLength: positive,
    extendedContextLength: positive,
    gain: positive.nullable().default(null),
  }),
  z.strictObject({
    type: z.literal("yarn"),
    factor: positive,
    originalContextLength: positive,
    fastTurns: positive,
    slowTurns: positive,
    truncate: z.boolean(),
    gain: positive,
  }),
]);

const norms = ["none", "head", "headAfterRotation", "projection"] as const;

const attention = z.strictObject({
  scale: positive.nullable(),
  softcap: positive.nullable(),
  // A switch in checkpoints of earlier versions.
  queryKeyNorm: z.preprocess(
    (value) => (typeof value === "boolean" ? (value ? "head" : "none") : value),
    z.enum(norms),
  ),
  outputGate: z.boolean().default(false),
  queryGrowth: z
    .strictObject({ rate: z.number().nonnegative(), contextLength: size })
    .nullable()
    .default(null),
  window: z.strictObject({ size, layers: z.array(z.number().int().nonnegative()) }).nullable(),
});

/** Switches that early checkpoints do not name have their plain values. */
const schema = z.object({
  vocabularySize: size,
  contextLength: size,
  layers: layerCount,
  hiddenSize: size,
  heads: size,
  kvHeads: size,
  headDim: size,
  intermediateSize: size,
  positions: z.enum(["learned", "rotary", "alibi"]),
  rope: z.strictObject({
    theta: positive,
    share: positive.max(1).default(1),
    scaling: scaling.nullable().default(null),
    localTheta: positive.nullable().default(null),
    localScaling: scaling.nullable().default(null),
    unturnedLayers: z.array(z.number().int().nonnegative()).default([]),
    interleaved: z.boolean().default(false),
    backwards: z.boolean().default(false),
  }),
  block: z
    .enum(["preNorm", "sandwichNorm", "postNorm", "parallel", "parallelTwoNorms"])
    .default(plainDecoder.block),
  norm: z.enum(["layerNorm", "rmsNorm"]),
  normEpsilon: positive,
  normOffset: z.number().default(plainDecoder.normOffset),
  normGain: z.boolean().default(plainDecoder.normGain),
  embeddingNorm: z.boolean().default(plainDecoder.embeddingNorm),
  attention: attention.default(plainDecoder.attention),
  gatedDelta: z
    .strictObject({
      layers: z.array(z.number().int().nonnegative()),
      keyHeads: size,
      valueHeads: size,
      keyDim: size,
      valueDim: size,
      convolution: size,
    })
    .nullable()
    .default(plainDecoder.gatedDelta),
  activation: z.enum(["gelu", "geluNew", "silu", "relu", "relu2"]),
  gated: z.boolean(),
  biases: z.strictObject({
    queryKeyValue: z.boolean(),
    attentionOutput: z.boolean(),
    feedForward: z.boolean(),
    head: z.boolean().default(false),
    norm: z.boolean().default(true),
  }),
  tieEmbeddings: z.boolean(),
  embeddingScale: positive.default(plainDecoder.embeddingScale),
  residualScale: positive.default(plainDecoder.residualScale),
  logitScale: positive.default(plainDecoder.logitScale),
  logitSoftcap: positive.nullable().default(plainDecoder.logitSoftcap),
}) satisfies z.ZodType<DecoderConfig>;

/** Names in checkpoints of earlier versions. */
const earlierNames: Readonly<Record<string, string>> = {
  context: "contextLength",
  width: "hiddenSize",
  keyValueHeads: "kvHeads",
  feedForward: "intermediateSize",
};
const earlierScalingNames: Readonly<Record<string, string>> = {
  originalContext: "originalContextLength",
  extendedContext: "extendedContextLength",
};

function renamed(json: Readonly<Record<string, unknown>>, names: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [names[key] ?? key, value]));
}

function withTodaysNames(json: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const today = renamed(json, earlierNames);
  const rope = today.rope as { readonly scaling?: Record<string, unknown> | null } | undefined;
  const scaling = rope?.scaling;
  if (typeof scaling !== "object" || scaling === null) return today;
  return { ...today, rope: { ...rope, scaling: renamed(scaling, earlierScalingNames) } };
}

export const pathloom: Family = {
  modelType: "pathloom",
  prefix: "",

  readConfig(json) {
    const config = parseConfig("pathloom", schema, withTodaysNames(json));
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

  tensors: (config) =>
    decoderSpecs(config).map(({ name }) => ({
      tensor: name,
      parameters: [name],
      transposed: false,
      groups: 1,
    })),
};
