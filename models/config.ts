/**
 * One decoder for all families: a family is a choice of these switches, read from a checkpoint's own
 * `config.json` (see `families/`), never a list of models in code.
 */
export interface DecoderConfig {
  /** Rows of the embedding table and of the head. */
  readonly vocabularySize: number;
  /** Longest sequence, in tokens; with learned positions also the rows of their table. */
  readonly context: number;
  readonly layers: number;
  /** Channels of the residual stream. */
  readonly width: number;
  readonly heads: number;
  /** Heads of keys and values, a divisor of `heads`: fewer than `heads` is grouped-query attention. */
  readonly keyValueHeads: number;
  /** Channels of one head. */
  readonly headDim: number;
  /** Channels within the feed-forward network. */
  readonly feedForward: number;
  readonly positions: "learned" | "rotary";
  readonly rope: RopeConfig;
  readonly norm: "layerNorm" | "rmsNorm";
  readonly normEpsilon: number;
  /** `gelu` is exact, `geluNew` the tanh approximation of GPT-2. */
  readonly activation: "gelu" | "geluNew" | "silu";
  /** The activation of one projection multiplies another (SwiGLU, GEGLU), instead of standing alone. */
  readonly gated: boolean;
  readonly biases: BiasConfig;
  /** The head is the embedding table. */
  readonly tieEmbeddings: boolean;
}

/** Rotary positions (Su et al. 2021, arXiv 2104.09864), in the rotate-half layout of Llama. */
export interface RopeConfig {
  /** Base of the frequencies. */
  readonly theta: number;
}

export interface BiasConfig {
  readonly queryKeyValue: boolean;
  readonly attentionOutput: boolean;
  readonly feedForward: boolean;
}

export class ModelConfigError extends Error {
  override readonly name = "ModelConfigError";
}

/** @throws ModelConfigError when sizes are not positive integers or do not fit one another. */
export function checkDecoderConfig(config: DecoderConfig): void {
  const sizes = [
    "vocabularySize",
    "context",
    "layers",
    "width",
    "heads",
    "keyValueHeads",
    "headDim",
    "feedForward",
  ] as const;
  for (const name of sizes) {
    if (!Number.isSafeInteger(config[name]) || config[name] < 1) {
      throw new ModelConfigError(`model.${name} is ${config[name]}: needs a positive integer`);
    }
  }
  if (config.heads % config.keyValueHeads !== 0) {
    throw new ModelConfigError(
      `model.heads is ${config.heads}, which ${config.keyValueHeads} key-value heads do not divide`,
    );
  }
  if (config.positions === "rotary" && config.headDim % 2 !== 0) {
    throw new ModelConfigError(
      `model.headDim is ${config.headDim}: rotary positions need an even one`,
    );
  }
}
