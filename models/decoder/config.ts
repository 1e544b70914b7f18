/**
 * One decoder for all families: a family is a choice of these switches, read from a checkpoint's own
 * `config.json` (see `families/`), never a list of models in code.
 */
import { PathloomError } from "../../errors/index.ts";
import type { RopeConfig } from "./rope-config.ts";

/**
 * The shape of a decoder: sizes, and the switches by which families differ.
 * @example
 * import { initialWeights, layerBiases, plainDecoder, plainRope } from "pathloom/models";
 *
 * const config: DecoderConfig = {
 *   ...plainDecoder,
 *   ...{ vocabularySize: 512, contextLength: 256, layers: 2, hiddenSize: 64, heads: 4, kvHeads: 4 },
 *   ...{ headDim: 16, intermediateSize: 256, positions: "rotary", rope: plainRope(10_000) },
 *   ...{ norm: "rmsNorm", normEpsilon: 1e-5, activation: "silu", gated: true, tieEmbeddings: true },
 *   biases: layerBiases(false),
 * };
 * const model = new Model(engine, config, initialWeights(config, { seed: 1 }));
 */
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
  /**
   * `alibi` adds to each score the distance times a slope of the head (Press et al. 2021, arXiv
   * 2108.12409).
   */
  readonly positions: "learned" | "rotary" | "alibi";
  readonly rope: RopeConfig;
  readonly block: BlockLayout;
  readonly norm: "layerNorm" | "rmsNorm";
  readonly normEpsilon: number;
  /** Added to the gains of RMSNorm: 1 in Gemma, which keeps them as differences from 1. */
  readonly normOffset: number;
  /** Whether norms multiply by a gain that is learned; nanochat's only divide. */
  readonly normGain: boolean;
  /** A norm of the embeddings before the first layer (BLOOM, nanochat). */
  readonly embeddingNorm: boolean;
  readonly attention: AttentionConfig;
  /** Layers that carry a state from token to token instead of attending; null for none. */
  readonly gatedDelta: GatedDeltaConfig | null;
  /** `gelu` is exact, `geluNew` the tanh approximation of GPT-2, `relu2` the square of `relu`. */
  readonly activation: "gelu" | "geluNew" | "silu" | "relu" | "relu2";
  /** The activation of one projection multiplies another (SwiGLU, GEGLU), instead of standing alone. */
  readonly gated: boolean;
  readonly biases: BiasConfig;
  /** The head is the embedding table. */
  readonly tieEmbeddings: boolean;
  /** Multiplies the token embeddings: the root of the width in Gemma, 1 elsewhere. */
  readonly embeddingScale: number;
  /** Multiplies what attention and network add to the residual stream (Granite); 1 elsewhere. */
  readonly residualScale: number;
  /** Multiplies the logits (Granite), before their soft limit; 1 elsewhere. */
  readonly logitScale: number;
  /** Soft limit of the logits' size (Gemma 2); null for none. */
  readonly logitSoftcap: number | null;
  /** Heads that predict tokens further on; none unless given. */
  readonly future?: FutureHeadsConfig;
}

/**
 * Multi-token prediction: each head is one more block that predicts the token one further on than the
 * one before it, and shares the embeddings and the output head.
 * - `sequential`: a head reads what the one before it gives and the token that came in between
 *   (DeepSeek-V3, arXiv 2412.19437, section 2.2);
 * - `parallel`: every head stands in place of the last layer, of which it reads the input (Gloeckle et
 *   al. 2024, arXiv 2404.19737).
 */
export interface FutureHeadsConfig {
  readonly kind: "sequential" | "parallel";
  /** Tokens beyond the next one, one a head. */
  readonly count: number;
}

/** More heads than anyone has trained. */
const mostFutureHeads = 16;

/**
 * Where norms and residual additions stand in a layer, with `A` attention and `F` the network:
 * - `preNorm`: `y = x + A(norm(x))`, then `y + F(norm(y))` (GPT-2, Llama);
 * - `sandwichNorm`: `y = x + norm(A(norm(x)))`, then `y + norm(F(norm(y)))` (Gemma 2 and 3);
 * - `postNorm`: `y = x + norm(A(x))`, then `y + norm(F(y))` (OLMo 2 and 3);
 * - `parallel`: `n = norm(x)`, then `x + A(n) + F(n)` (Phi-2, Falcon 7B);
 * - `parallelTwoNorms`: `x + A(norm(x)) + F(norm(x))`, each with a norm of its own (Falcon 40B).
 */
export type BlockLayout = "preNorm" | "sandwichNorm" | "postNorm" | "parallel" | "parallelTwoNorms";

export interface AttentionConfig {
  /** Multiplies the scores; null is one over the root of `headDim`. */
  readonly scale: number | null;
  /** Soft limit of the scores' size (Gemma 2); null for none. */
  readonly softcap: number | null;
  readonly queryKeyNorm: QueryKeyNorm;
  /** What heads give is multiplied by a sigmoid of a further projection (Qwen3.5). */
  readonly outputGate: boolean;
  /** Queries grow with their position; null: they do not. */
  readonly queryGrowth: QueryGrowth | null;
  /** Layers that see only the nearest tokens; null: all layers see all. */
  readonly window: WindowConfig | null;
}

/**
 * RMSNorm of queries and keys: of each head's before they are turned (Qwen3, Gemma 3), or after
 * (nanochat); or of all heads' together, before (OLMo 2).
 */
export type QueryKeyNorm = "none" | "head" | "headAfterRotation" | "projection";

/** A query at position `p` is multiplied by `1 + rate ln(1 + floor(p / contextLength))` (Ministral 3). */
export interface QueryGrowth {
  readonly rate: number;
  /** Context of pretraining, in tokens: within it nothing changes. */
  readonly contextLength: number;
}

export interface WindowConfig {
  /** Tokens that a token sees, itself included. */
  readonly size: number;
  /** Indices of the layers with the window, ascending. */
  readonly layers: readonly number[];
}

/**
 * Gated DeltaNet (Yang et al. 2024, arXiv 2412.06464): each head keeps a matrix that decays, and into which
 * every token writes what its key did not recall yet.
 */
export interface GatedDeltaConfig {
  /** Indices of the layers, ascending. */
  readonly layers: readonly number[];
  /** Heads of queries and keys, a divisor of `valueHeads`. */
  readonly keyHeads: number;
  readonly valueHeads: number;
  /** Channels of a head's queries and keys: rows of its state. */
  readonly keyDim: number;
  /** Channels of a head's values: columns of its state. */
  readonly valueDim: number;
  /** Tokens that the convolution of queries, keys and values sees, its own included. */
  readonly convolution: number;
}

export interface BiasConfig {
  readonly queryKeyValue: boolean;
  readonly attentionOutput: boolean;
  readonly feedForward: boolean;
  readonly head: boolean;
  /** Of LayerNorm; RMSNorm has none. */
  readonly norm: boolean;
}

/** The switches of a plain decoder: for configs that name only what they choose. */
export const plainDecoder = {
  block: "preNorm",
  normOffset: 0,
  normGain: true,
  embeddingNorm: false,
  attention: {
    scale: null,
    softcap: null,
    queryKeyNorm: "none",
    outputGate: false,
    queryGrowth: null,
    window: null,
  },
  gatedDelta: null,
  embeddingScale: 1,
  residualScale: 1,
  logitScale: 1,
  logitSoftcap: null,
} as const satisfies Partial<DecoderConfig>;

/** The same biases in all linear layers but the head, which has none; norms have theirs. */
export function layerBiases(bias: boolean): BiasConfig {
  return { queryKeyValue: bias, attentionOutput: bias, feedForward: bias, head: false, norm: true };
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
  const heads = config.future?.count ?? 1;
  if (!Number.isSafeInteger(heads) || heads < 1 || heads > mostFutureHeads) {
    throw new ModelConfigError(
      `model.futureTokens is ${heads}: needs a whole number from 1 to ${mostFutureHeads}`,
    );
  }
  const { attention, rope, layers } = config;
  checkWindow(config);
  checkGatedDelta(config);
  checkLayers("rope.unturnedLayers", rope.unturnedLayers, layers);
  if (config.biases.head && config.logitScale !== 1) {
    throw new ModelConfigError(
      `model.logitScale is ${config.logitScale}: needs 1 where the head has a bias`,
    );
  }
  const growth = attention.queryGrowth?.contextLength ?? 1;
  if (!Number.isSafeInteger(growth) || growth < 1) {
    throw new ModelConfigError(
      `model.attention.queryGrowth.contextLength is ${growth}: needs a positive integer`,
    );
  }
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
    if (scaling?.type === "dynamic" && turned === 2) {
      throw new ModelConfigError(
        "model.rope.scaling is dynamic, whose base is no number where two channels are turned: needs more",
      );
    }
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
  checkLayers("attention.window.layers", window.layers, layers);
}

function checkGatedDelta({ gatedDelta, layers }: DecoderConfig): void {
  if (gatedDelta === null) return;
  const { layers: named, ...sizes } = gatedDelta;
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isSafeInteger(size) && size >= 1) continue;
    throw new ModelConfigError(`model.gatedDelta.${name} is ${size}: needs a positive integer`);
  }
  if (sizes.valueHeads % sizes.keyHeads !== 0) {
    throw new ModelConfigError(
      `model.gatedDelta.valueHeads is ${sizes.valueHeads}, which ${sizes.keyHeads} key heads do not divide`,
    );
  }
  checkLayers("gatedDelta.layers", named, layers);
}

function checkLayers(key: string, named: readonly number[], layers: number): void {
  const outside = named.find((layer) => !Number.isInteger(layer) || layer < 0 || layer >= layers);
  if (outside === undefined) return;
  throw new ModelConfigError(`model.${key} names layer ${outside} of ${layers} counted from 0`);
}
