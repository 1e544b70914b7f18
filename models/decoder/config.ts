/**
 * One decoder for all families: a family is a choice of these switches, read from a checkpoint's own
 * `config.json` (see `families/`), never a list of models in code.
 */
import { PathloomError } from "../../errors/index.ts";
import type { RopeConfig } from "./rope-config.ts";

export interface DecoderConfig {
  /** Rows of the embedding table and of the head. */
  readonly vocabularySize: number;
  /** Longest sequence, in tokens; with learned positions also the rows of their table. */
  readonly contextLength: number;
  readonly layers: number;
  /** Channels of the residual stream. */
  readonly hiddenSize: number;
  readonly heads: number;
  /** Heads of keys and values, a divisor of `heads`: fewer than `heads` is grouped-query attention. */
  readonly kvHeads: number;
  /** Channels of one head. */
  readonly headDim: number;
  /** Channels within the feed-forward network. */
  readonly intermediateSize: number;
  readonly positions: "learned" | "rotary";
  readonly rope: RopeConfig;
  readonly block: BlockLayout;
  readonly norm: "layerNorm" | "rmsNorm";
  readonly normEpsilon: number;
  /** Added to the gains of RMSNorm: 1 in Gemma, which keeps them as differences from 1. */
  readonly normOffset: number;
  readonly attention: AttentionConfig;
  /** `gelu` is exact, `geluNew` the tanh approximation of GPT-2. */
  readonly activation: "gelu" | "geluNew" | "silu";
  /** The activation of one projection multiplies another (SwiGLU, GEGLU), instead of standing alone. */
  readonly gated: boolean;
  readonly biases: BiasConfig;
  /** The head is the embedding table. */
  readonly tieEmbeddings: boolean;
  /** Multiplies the token embeddings: the root of the width in Gemma, 1 elsewhere. */
  readonly embeddingScale: number;
  /** Soft limit of the logits' size (Gemma 2); null for none. */
  readonly logitSoftcap: number | null;
}

/**
 * Where norms and residual additions stand in a layer, with `A` attention and `F` the network:
 * - `preNorm`: `y = x + A(norm(x))`, then `y + F(norm(y))` (GPT-2, Llama);
 * - `sandwichNorm`: `y = x + norm(A(norm(x)))`, then `y + norm(F(norm(y)))` (Gemma 2 and 3);
 * - `parallel`: `n = norm(x)`, then `x + A(n) + F(n)` (Phi-2, Falcon 7B);
 * - `parallelTwoNorms`: `x + A(norm(x)) + F(norm(x))`, each with a norm of its own (Falcon 40B).
 */
export type BlockLayout = "preNorm" | "sandwichNorm" | "parallel" | "parallelTwoNorms";

export interface AttentionConfig {
  /** Multiplies the scores; null is one over the root of `headDim`. */
  readonly scale: number | null;
  /** Soft limit of the scores' size (Gemma 2); null for none. */
  readonly softcap: number | null;
  /** RMSNorm of each head's queries and keys before they are turned (Qwen3, Gemma 3). */
  readonly queryKeyNorm: boolean;
  /** Layers that see only the nearest tokens; null: all layers see all. */
  readonly window: WindowConfig | null;
}

export interface WindowConfig {
  /** Tokens that a token sees, itself included. */
  readonly size: number;
  /** Indices of the layers with the window, ascending. */
  readonly layers: readonly number[];
}

export interface BiasConfig {
  readonly queryKeyValue: boolean;
  readonly attentionOutput: boolean;
  readonly feedForward: boolean;
  readonly head: boolean;
}

/** The switches of a plain decoder: for configs that name only what they choose. */
export const plainDecoder = {
  block: "preNorm",
  normOffset: 0,
  attention: { scale: null, softcap: null, queryKeyNorm: false, window: null },
  embeddingScale: 1,
  logitSoftcap: null,
} as const satisfies Partial<DecoderConfig>;

/** The same biases in all linear layers but the head, which has none. */
export function layerBiases(bias: boolean): BiasConfig {
  return { queryKeyValue: bias, attentionOutput: bias, feedForward: bias, head: false };
}

export class ModelConfigError extends PathloomError {
  override readonly name: string = "ModelConfigError";
  override readonly code: string = "ERR_MODEL_CONFIG";
}

/** @throws ModelConfigError when sizes are not positive integers or do not fit one another. */
export function checkDecoderConfig(config: DecoderConfig): void {
  checkSizes(config);
  if (config.heads % config.kvHeads !== 0) {
    throw new ModelConfigError(
      `model.heads is ${config.heads}, which ${config.kvHeads} key-value heads do not divide`,
    );
  }
  if (config.positions === "rotary") checkRotary(config);
  checkWindow(config);
}

function checkSizes(config: DecoderConfig): void {
  const sizes = [
    "vocabularySize",
    "contextLength",
    "layers",
    "hiddenSize",
    "heads",
    "kvHeads",
    "headDim",
    "intermediateSize",
  ] as const;
  for (const name of sizes) {
    if (!Number.isSafeInteger(config[name]) || config[name] < 1) {
      throw new ModelConfigError(`model.${name} is ${config[name]}: needs a positive integer`);
    }
  }
}

function checkRotary({ headDim, rope }: DecoderConfig): void {
  const turned = Math.trunc(headDim * rope.share);
  if (turned < 2 || turned % 2 !== 0 || turned > headDim) {
    throw new ModelConfigError(
      `model.headDim is ${headDim}, of which rotary positions turn ${turned} channels: needs an even number`,
    );
  }
  for (const scaling of [rope.scaling, rope.localScaling]) {
    if (scaling?.type !== "longrope") continue;
    const given = [scaling.shortFactors.length, scaling.longFactors.length];
    if (given.every((count) => count === turned / 2)) continue;
    throw new ModelConfigError(
      `model.rope.scaling has ${given.join(" and ")} factors: needs ${turned / 2}, one for each two channels that are turned`,
    );
  }
}

function checkWindow({ attention: { window }, layers }: DecoderConfig): void {
  if (window === null) return;
  if (!Number.isSafeInteger(window.size) || window.size < 1) {
    throw new ModelConfigError(
      `model.attention.window.size is ${window.size}: needs a positive integer`,
    );
  }
  const outside = window.layers.find((layer) => !Number.isInteger(layer) || layer >= layers);
  if (outside !== undefined) {
    throw new ModelConfigError(
      `model.attention.window.layers names layer ${outside} of ${layers} counted from 0`,
    );
  }
}
