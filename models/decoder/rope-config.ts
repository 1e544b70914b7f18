/** Rotary positions (Su et al. 2021, arXiv 2104.09864), in the rotate-half layout of Llama. */
export interface RopeConfig {
  /** Base of the frequencies. */
  readonly theta: number;
  /** Part of a head's channels that is turned, from the first on; 1 for all. */
  readonly share: number;
  /** How the frequencies are stretched for contexts longer than those of pretraining. */
  readonly scaling: RopeScaling | null;
  /** Base of the frequencies in layers with a window (Gemma 3); null: they turn as the others do. */
  readonly localTheta: number | null;
  /** How the frequencies of `localTheta` are stretched. */
  readonly localScaling: RopeScaling | null;
  /** Indices of layers without positions, ascending (SmolLM3; Yang et al. 2025, arXiv 2501.18795). */
  readonly unturnedLayers: readonly number[];
  /** Neighbouring channels turn together, not one of each half (GPT-J, GLM, Cohere). */
  readonly interleaved: boolean;
  /** Turned the other way round (nanochat). */
  readonly backwards: boolean;
}

export type RopeScaling =
  | LinearScaling
  | DynamicScaling
  | Llama3Scaling
  | LongRopeScaling
  | YarnScaling;

/** Positions are divided by the factor (Chen et al. 2023, arXiv 2306.15595). */
export interface LinearScaling {
  readonly type: "linear";
  readonly factor: number;
}

/**
 * The base grows with each token of a sequence beyond the context of pretraining; shorter ones are
 * turned as ever (dynamic-rope.ts).
 */
export interface DynamicScaling {
  readonly type: "dynamic";
  readonly factor: number;
  /** Context of pretraining, in tokens. */
  readonly originalContextLength: number;
}

/** Slow frequencies are divided by the factor, fast ones kept, those between blended (Llama 3.1). */
export interface Llama3Scaling {
  readonly type: "llama3";
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  /** Context of pretraining, in tokens. */
  readonly originalContextLength: number;
}

/**
 * Each frequency has a divisor of its own (Ding et al. 2024, arXiv 2402.13753): one list for
 * sequences within the original context, which is the decoder's, and one for longer ones, kept for
 * saving.
 */
export interface LongRopeScaling {
  readonly type: "longrope";
  readonly shortFactors: readonly number[];
  readonly longFactors: readonly number[];
  readonly originalContextLength: number;
  /** Context that the long factors reach to. */
  readonly extendedContextLength: number;
  /** Multiplies cosines and sines; null: what follows from the two contexts. */
  readonly gain: number | null;
}

/**
 * Slow frequencies are divided by the factor, fast ones kept, those between blended by how often they
 * turn within the original context (Peng et al. 2023, arXiv 2309.00071).
 */
export interface YarnScaling {
  readonly type: "yarn";
  readonly factor: number;
  /** Context of pretraining, in tokens. */
  readonly originalContextLength: number;
  /** Turns within the original context from which on a frequency is kept. */
  readonly fastTurns: number;
  /** Turns within the original context up to which a frequency is divided. */
  readonly slowTurns: number;
  /** Whether the blend begins and ends at whole pairs of channels. */
  readonly truncate: boolean;
  /** Multiplies cosines and sines. */
  readonly gain: number;
}

/**
 * How far dynamic scaling is taken, in tokens: its factor times the context of pretraining, which is
 * where servers of such models end too.
 */
export function dynamicReach({ factor, originalContextLength }: DynamicScaling): number {
  // A factor that is the quotient of two contexts gives the longer one, however it was rounded.
  return Math.floor(originalContextLength * Math.max(1, factor) + 1e-6);
}

/** YaRN with the paper's own settings, its gain included. */
export function usualYarn(factor: number, originalContextLength: number): YarnScaling {
  return {
    type: "yarn",
    factor,
    originalContextLength,
    fastTurns: 32,
    slowTurns: 1,
    truncate: true,
    gain: yarnGain(factor),
  };
}

/** Of YaRN (section 3.4 of the paper), times `by` as DeepSeek has it. */
export function yarnGain(factor: number, by = 1): number {
  return factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1;
}

/** All channels turned at unscaled frequencies. */
export function plainRope(theta: number): RopeConfig {
  return {
    theta,
    share: 1,
    scaling: null,
    localTheta: null,
    localScaling: null,
    unturnedLayers: [],
    interleaved: false,
    backwards: false,
  };
}
