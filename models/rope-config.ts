/** Rotary positions (Su et al. 2021, arXiv 2104.09864), in the rotate-half layout of Llama. */
export interface RopeConfig {
  /** Base of the frequencies. */
  readonly theta: number;
  /** Part of a head's channels that is turned, from the first on; 1 for all. */
  readonly share: number;
  /** How the frequencies are stretched for contexts longer than those of pretraining. */
  readonly scaling: RopeScaling | null;
  /**
   * Base of the frequencies in layers with a window, which are then not stretched (Gemma 3); null:
   * those layers turn as the others do.
   */
  readonly localTheta: number | null;
}

export type RopeScaling = LinearScaling | DynamicScaling | Llama3Scaling | LongRopeScaling;

/** Positions are divided by the factor (Chen et al. 2023, arXiv 2306.15595). */
export interface LinearScaling {
  readonly type: "linear";
  readonly factor: number;
}

/**
 * The base grows once a sequence is longer than `context`: nothing changes for sequences that the
 * decoder accepts, so this is only kept, for saving.
 */
export interface DynamicScaling {
  readonly type: "dynamic";
  readonly factor: number;
}

/** Slow frequencies are divided by the factor, fast ones kept, those between blended (Llama 3.1). */
export interface Llama3Scaling {
  readonly type: "llama3";
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  /** Context of pretraining, in tokens. */
  readonly originalContext: number;
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
  readonly originalContext: number;
  /** Context that the long factors reach to. */
  readonly extendedContext: number;
}

/** All channels turned at unscaled frequencies. */
export function plainRope(theta: number): RopeConfig {
  return { theta, share: 1, scaling: null, localTheta: null };
}
