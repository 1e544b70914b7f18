/**
 * Rotary positions in config.json. Written by `transformers` up to version 4 as `rope_theta`,
 * `rope_scaling` and kin, from version 5 as one object `rope_parameters`; both are read, the first is
 * written, which both versions read.
 */
import { z } from "zod";
import type { RopeConfig, RopeScaling } from "../rope-config.ts";
import { FamilyError } from "./family.ts";

const positive = z.number().positive();
const factors = z.array(positive);

/** `rope_type` was `type` in old files, and `longrope` was `su`. */
const scalingSchema = z.preprocess(
  (value) => {
    if (typeof value !== "object" || value === null) return value;
    const { type, ...rest } = value as Record<string, unknown>;
    const named = { rope_type: type ?? "default", ...rest };
    return named.rope_type === "su" ? { ...named, rope_type: "longrope" } : named;
  },
  z.discriminatedUnion(
    "rope_type",
    [
      z.object({ rope_type: z.literal("default") }),
      z.object({ rope_type: z.literal("linear"), factor: positive }),
      z.object({ rope_type: z.literal("dynamic"), factor: positive }),
      z.object({
        rope_type: z.literal("llama3"),
        factor: positive,
        low_freq_factor: positive,
        high_freq_factor: positive,
        original_max_position_embeddings: positive,
      }),
      z.object({
        rope_type: z.literal("longrope"),
        short_factor: factors,
        long_factor: factors,
        original_max_position_embeddings: positive.optional(),
      }),
    ],
    { error: "supported are default, linear, dynamic, llama3 and longrope" },
  ),
);

const parametersSchema = z.intersection(
  scalingSchema,
  z.object({ rope_theta: positive.optional(), partial_rotary_factor: positive.max(1).optional() }),
);

/** The keys of a config.json that say how positions are turned. */
export const ropeKeys = {
  rope_theta: positive.optional(),
  rope_scaling: scalingSchema.nullish(),
  rope_parameters: parametersSchema.nullish(),
  partial_rotary_factor: positive.max(1).optional(),
  max_position_embeddings: z.number().int().positive(),
  original_max_position_embeddings: z.number().int().positive().nullish(),
};

type RopeJson = z.output<z.ZodObject<typeof ropeKeys>>;
type ScalingJson = z.output<typeof scalingSchema>;

/** What the keys say: positions, and the context that they reach. */
export interface ReadRope {
  readonly rope: RopeConfig;
  readonly context: number;
}

/** @throws FamilyError for a scaling whose numbers do not fit. */
export function readRope(json: RopeJson, defaults: { theta: number; share: number }): ReadRope {
  const parameters = json.rope_parameters;
  const scaling = readScaling(parameters ?? json.rope_scaling ?? { rope_type: "default" }, json);
  const rope: RopeConfig = {
    theta: parameters?.rope_theta ?? json.rope_theta ?? defaults.theta,
    share: parameters?.partial_rotary_factor ?? json.partial_rotary_factor ?? defaults.share,
    scaling,
    localTheta: null,
  };
  const context =
    scaling?.type === "longrope" ? scaling.originalContext : json.max_position_embeddings;
  return { rope, context };
}

export function readScaling(json: ScalingJson, config: RopeJson): RopeScaling | null {
  if (json.rope_type === "default") return null;
  if (json.rope_type === "linear") return { type: "linear", factor: json.factor };
  if (json.rope_type === "dynamic") return { type: "dynamic", factor: json.factor };
  if (json.rope_type === "llama3") {
    return {
      type: "llama3",
      factor: json.factor,
      lowFrequencyFactor: json.low_freq_factor,
      highFrequencyFactor: json.high_freq_factor,
      originalContext: json.original_max_position_embeddings,
    };
  }
  const originalContext =
    config.original_max_position_embeddings ?? json.original_max_position_embeddings;
  if (originalContext === undefined) {
    throw new FamilyError(
      "config.json: rope_scaling longrope needs original_max_position_embeddings",
    );
  }
  return {
    type: "longrope",
    shortFactors: json.short_factor,
    longFactors: json.long_factor,
    originalContext,
    extendedContext: config.max_position_embeddings,
  };
}

export function writeRope(rope: RopeConfig, context: number): Record<string, unknown> {
  const { scaling } = rope;
  return {
    rope_theta: rope.theta,
    rope_scaling: scaling === null ? null : writeScaling(scaling),
    ...(rope.share === 1 ? {} : { partial_rotary_factor: rope.share }),
    ...(scaling?.type === "longrope"
      ? {
          max_position_embeddings: scaling.extendedContext,
          original_max_position_embeddings: scaling.originalContext,
        }
      : { max_position_embeddings: context }),
  };
}

function writeScaling(scaling: RopeScaling): Record<string, unknown> {
  if (scaling.type === "linear" || scaling.type === "dynamic") {
    return { rope_type: scaling.type, factor: scaling.factor };
  }
  if (scaling.type === "llama3") {
    return {
      rope_type: "llama3",
      factor: scaling.factor,
      low_freq_factor: scaling.lowFrequencyFactor,
      high_freq_factor: scaling.highFrequencyFactor,
      original_max_position_embeddings: scaling.originalContext,
    };
  }
  // Exactly these three keys, or Phi-3's config of version 4 refuses them.
  return {
    type: "longrope",
    short_factor: scaling.shortFactors,
    long_factor: scaling.longFactors,
  };
}
