/**
 * Multi-token prediction: heads beside the decoder, each one block that says which token comes one place
 * further on than the one before it said. Two kinds: the sequential modules of DeepSeek-V3 (arXiv
 * 2412.19437, section 2.2) and the parallel heads of Gloeckle et al. 2024 (arXiv 2404.19737). All of them
 * share the embeddings and the output head with the decoder.
 */
import { ops, type Value } from "../../engine/index.ts";
import type { AttentionContext } from "./attention.ts";
import type { DecoderConfig, FutureHeadsConfig } from "./config.ts";
import { block, type DecoderOutput, embedTokens } from "./decoder.ts";
import type { Dropout } from "./dropout.ts";
import type { LayerCache } from "./layer-cache.ts";
import { linear } from "./linear.ts";
import { normalise } from "./norm.ts";
import type { Weights } from "./weights.ts";

/** What one head computes. */
export interface FutureHead {
  /** For the output head: `[batch, sequence, hiddenSize]`. */
  readonly hidden: Value;
  /** What the next sequential head reads: `[batch, sequence, hiddenSize]`. */
  readonly state: Value;
  /** The head's cache with the new tokens in it. */
  readonly cache: LayerCache | null;
}

export interface FutureHeadInput {
  /** What the head before gives, for the first {@link futureInput}: `[batch, sequence, hiddenSize]`. */
  readonly state: Value;
  /** int32 `[batch, sequence]`: of each position, the token so many places on as the head's number. */
  readonly tokens: Value;
  readonly context: AttentionContext;
  readonly cache: LayerCache | null;
  readonly dropout?: Dropout;
}

/** What the first head reads of the decoder: `[batch, sequence, hiddenSize]`. */
export function futureInput(
  { kind }: FutureHeadsConfig,
  { hidden, states }: Pick<DecoderOutput, "hidden" | "states">,
): Value {
  return kind === "sequential" ? hidden : states.at(-2)!;
}

/**
 * One head.
 * @param number from 1: head 1 predicts the token after the next, and reads the next where it is sequential.
 */
export function futureHead(
  config: DecoderConfig,
  weights: Weights,
  number: number,
  { state, tokens, context, cache, dropout = (x) => x }: FutureHeadInput,
): FutureHead {
  const own = weights.at(`future.${number - 1}`);
  const layer = config.layers + number - 1;
  const isSequential = config.future?.kind === "sequential";
  return state.graph.scope(`future.${number - 1}`, () => {
    const x = isSequential ? joined(config, weights, own, state, tokens) : state;
    const result = block(config, own, layer, x, context, cache, dropout);
    const norm = isSequential ? own.at("finalNorm") : weights.at("finalNorm");
    return {
      hidden: normalise(config, norm, result.output),
      // Parallel heads all read the same.
      state: isSequential ? result.output : state,
      cache: result.cache,
    };
  });
}

/** A token's embedding and the state before it, as one vector: in the order of DeepSeek's files. */
function joined(
  config: DecoderConfig,
  weights: Weights,
  own: Weights,
  state: Value,
  tokens: Value,
): Value {
  const embedded = normalise(config, own.at("embeddingNorm"), embedTokens(config, weights, tokens));
  const before = normalise(config, own.at("hiddenNorm"), state);
  return linear(own, "projection", ops.concat([embedded, before], 2));
}

/** Tokens int32 `[batch, sequence]` moved so many places to the left; 0 where there are none. */
export function tokensAhead(tokens: Value, places: number): Value {
  const [batch, sequence] = tokens.shape as [number, number];
  const moved = Math.min(places, sequence);
  const none = tokens.graph.constant(new Int32Array(batch * moved), [batch, moved], "int32");
  return moved === sequence ? none : ops.concat([ops.slice(tokens, 1, moved, sequence), none], 1);
}
