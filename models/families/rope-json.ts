/**
 * Rotary positions in config.json. Written by `transformers` up to version 4 as `rope_theta`,
 * `rope_scaling` and kin, from version 5 as one object `rope_parameters`; both are read, as version 5
 * reads them, and the first is written, which both versions read.
 */
import { z } from "zod";
import {
  dynamicReach,
  type RopeConfig,
  type RopeScaling,
  yarnGain,
} from "../decoder/rope-config.ts";
import { longRopeGain } from "../decoder/rotary.ts";
import { FamilyError } from "./family.ts";

const positive = z.number().positive();
const factors = z.array(positive).min(1).max(65_536);
const contextLength = z.number().int().positive();

/** What stands beside the kind of scaling in the objects of version 5. */
const beside = {
  rope_theta: positive.optional(),
  partial_rotary_factor: positive.max(1).optional(),
};

const kinds = [
  z.strictObject({ rope_type: z.literal("default"), ...beside }),
  z.strictObject({ rope_type: z.literal("linear"), factor: positive, ...beside }),
  z.strictObject({ rope_type: z.literal("dynamic"), factor: positive, ...beside }),
  z.strictObject({
    rope_type: z.literal("llama3"),
    factor: positive,
    low_freq_factor: positive,
    high_freq_factor: positive,
    original_max_position_embeddings: contextLength.optional(),
    ...beside,
  }),
  z.strictObject({
    rope_type: z.literal("longrope"),
    short_factor: factors,
    long_factor: factors,
    factor: positive.optional(),
    attention_factor: positive.optional(),
    original_max_position_embeddings: contextLength.optional(),
    ...beside,
  }),
  z.strictObject({
    rope_type: z.literal("yarn"),
    factor: positive.optional(),
    attention_factor: positive.optional(),
    beta_fast: positive.optional(),
    beta_slow: positive.optional(),
    mscale: z.number().nonnegative().optional(),
    mscale_all_dim: z.number().nonnegative().optional(),
    truncate: z.boolean().default(true),
    original_max_position_embeddings: contextLength.optional(),
    ...beside,
  }),
] as const;

/**
 * `rope_type` was `type` in old files, and `longrope` was `su`; null is as good as nothing. The context of
 * pretraining means nothing to the first three kinds.
 */
export const ropeObject = z.preprocess(
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const given = Object.entries(value).filter(([, each]) => each !== null);
    if (given.length === 0) return undefined;
    const { type, ...rest } = Object.fromEntries(given) as Record<string, unknown>;
    const named = { rope_type: type ?? "default", ...rest };
    if (named.rope_type === "su") return { ...named, rope_type: "longrope" };
    if (!["default", "linear", "dynamic"].includes(String(named.rope_type))) return named;
    const { original_max_position_embeddings: _original, ...plain } = named as typeof rest;
    return plain;
  },
  z
    .discriminatedUnion("rope_type", kinds, {
      error: ({ code }) =>
        code === "invalid_union"
          ? "supported are default, linear, dynamic, llama3, longrope and yarn"
          : undefined,
    })
    .optional(),
);

/** The keys of a config.json that say how positions are turned. */
export const ropeKeys = {
  rope_theta: positive.optional(),
  rope_scaling: ropeObject.nullish(),
  rope_parameters: ropeObject.nullish(),
  partial_rotary_factor: positive.max(1).nullish(),
  max_position_embeddings: contextLength,
  original_max_position_embeddings: contextLength.nullish(),
};

type RopeJson = z.output<z.ZodObject<typeof ropeKeys>>;
type ScalingJson = NonNullable<z.output<typeof ropeObject>>;

/** What a family takes where its config.json says nothing. */
export interface RopeDefaults {
  readonly theta: number;
  /** Part of a head that is turned; null in families that turn whole heads, whatever the file says. */
  readonly share: number | null;
  readonly originalContextLength?: number;
}

export const usualRope: RopeDefaults = { theta: 10_000, share: null };

/** What the keys say: positions, and the context that they reach. */
export interface ReadRope {
  readonly rope: RopeConfig;
  readonly contextLength: number;
}

/** @throws FamilyError for a scaling whose numbers do not fit, or a share that the family ignores. */
export function readRope(json: RopeJson, defaults: RopeDefaults): ReadRope {
  // The old key wins where a file has both.
  const object = json.rope_scaling ?? json.rope_parameters ?? { rope_type: "default" as const };
  const original = json.original_max_position_embeddings ?? defaults.originalContextLength;
  const scaling = readScaling(object, json.max_position_embeddings, original);
  const share = object.partial_rotary_factor ?? json.partial_rotary_factor ?? defaults.share ?? 1;
  if (defaults.share === null && share !== 1) {
    throw new FamilyError(
      `config.json: partial_rotary_factor is ${share}, but models of this kind turn whole heads: transformers would not heed the key; take it out if the model was trained so`,
    );
  }
  const rope: RopeConfig = {
    theta: object.rope_theta ?? json.rope_theta ?? defaults.theta,
    share,
    scaling,
    localTheta: null,
    localScaling: null,
    unturnedLayers: [],
    interleaved: false,
    backwards: false,
  };
  return { rope, contextLength: reach(scaling, json.max_position_embeddings) };
}

/** The longest sequence, of `max_position_embeddings`. */
function reach(scaling: RopeScaling | null, longest: number): number {
  if (scaling?.type === "longrope") return scaling.originalContextLength;
  return scaling?.type === "dynamic" ? dynamicReach(scaling) : longest;
}

/**
 * @param longest `max_position_embeddings`.
 * @param original what stands outside the object, which comes before what stands within.
 */
export function readScaling(
  json: ScalingJson,
  longest: number,
  original: number | undefined,
): RopeScaling | null {
  switch (json.rope_type) {
    case "default":
      return null;
    case "linear":
      return { type: "linear", factor: json.factor };
    case "dynamic":
      return { type: "dynamic", factor: json.factor, originalContextLength: longest };
  }
  const originalContextLength = original ?? json.original_max_position_embeddings ?? longest;
  if (json.rope_type === "llama3") {
    return {
      type: "llama3",
      factor: json.factor,
      lowFrequencyFactor: json.low_freq_factor,
      highFrequencyFactor: json.high_freq_factor,
      originalContextLength,
    };
  }
  if (json.rope_type === "yarn") {
    const factor = json.factor ?? longest / originalContextLength;
    return {
      type: "yarn",
      factor,
      originalContextLength,
      fastTurns: json.beta_fast ?? 32,
      slowTurns: json.beta_slow ?? 1,
      truncate: json.truncate,
      gain: json.attention_factor ?? gainOf(factor, json.mscale, json.mscale_all_dim),
    };
  }
  const contexts = { originalContextLength, extendedContextLength: longest };
  const stretched = json.factor === undefined ? longest : json.factor * originalContextLength;
  const gain =
    json.attention_factor ?? longRopeGain({ ...contexts, extendedContextLength: stretched });
  return {
    type: "longrope",
    shortFactors: json.short_factor,
    longFactors: json.long_factor,
    ...contexts,
    gain: Math.abs(gain - longRopeGain(contexts)) < 1e-12 ? null : gain,
  };
}

/** As the paper has it, or by two measures of DeepSeek's. */
function gainOf(factor: number, measure = 0, measureOfAll = 0): number {
  return measure > 0 && measureOfAll > 0
    ? yarnGain(factor, measure) / yarnGain(factor, measureOfAll)
    : yarnGain(factor);
}

export function writeRope(rope: RopeConfig, longest: number): Record<string, unknown> {
  const { scaling } = rope;
  return {
    rope_theta: rope.theta,
    rope_scaling: scaling === null ? null : writeScaling(scaling),
    ...(rope.share === 1 ? {} : { partial_rotary_factor: rope.share }),
    ...contexts(scaling, longest),
  };
}

function contexts(scaling: RopeScaling | null, longest: number): Record<string, number> {
  if (scaling?.type === "longrope") {
    return {
      max_position_embeddings: scaling.extendedContextLength,
      original_max_position_embeddings: scaling.originalContextLength,
    };
  }
  const original = scaling?.type === "dynamic" ? scaling.originalContextLength : longest;
  return { max_position_embeddings: original };
}

export function writeScaling(scaling: RopeScaling): Record<string, unknown> {
  switch (scaling.type) {
    case "linear":
    case "dynamic":
      return { rope_type: scaling.type, factor: scaling.factor };
    case "llama3":
      return {
        rope_type: "llama3",
        factor: scaling.factor,
        low_freq_factor: scaling.lowFrequencyFactor,
        high_freq_factor: scaling.highFrequencyFactor,
        original_max_position_embeddings: scaling.originalContextLength,
      };
    case "yarn":
      return {
        rope_type: "yarn",
        factor: scaling.factor,
        beta_fast: scaling.fastTurns,
        beta_slow: scaling.slowTurns,
        truncate: scaling.truncate,
        attention_factor: scaling.gain,
        original_max_position_embeddings: scaling.originalContextLength,
      };
    case "longrope":
      return {
        // Exactly these three keys, or Phi-3's config of version 4 refuses them.
        type: "longrope",
        short_factor: scaling.shortFactors,
        long_factor: scaling.longFactors,
        ...(scaling.gain === null ? {} : { attention_factor: scaling.gain }),
      };
  }
}
