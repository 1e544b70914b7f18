/**
 * The decoder: embeddings, layers of attention and feed-forward network, final norm, head. A plain
 * function that builds a graph; training, evaluation and generation all call it.
 */
import { ops, type Value } from "../../engine/index.ts";
import { type AttentionContext, attention } from "./attention.ts";
import type { BlockLayout, DecoderConfig } from "./config.ts";
import type { Dropout } from "./dropout.ts";
import { feedForward } from "./feed-forward.ts";
import { gatedDeltaNet } from "./gated-delta-net.ts";
import type { JoinedPlaces } from "./joined-attention.ts";
import { type DeltaCache, isGatedDelta, type LayerCache } from "./layer-cache.ts";
import { normalise } from "./norm.ts";
import { rotaryAngles } from "./rotary.ts";
import { project, rowsById, type WeightMatrix } from "./weight-matrix.ts";
import type { Weights } from "./weights.ts";

export interface DecoderInput {
  /** int32 `[batch, sequence]`. */
  readonly tokens: Value;
  /** int32 `[batch, sequence]`: each token's place in its own sequence, below `context`. */
  readonly positions: Value;
  /** int32 `[batch, sequence]`: packed sequences do not see one another. Null: one sequence a row. */
  readonly segments: Value | null;
  /**
   * int32 `[batch]`: tokens of each row's sequence, those in the caches and the new ones, where some of
   * `tokens` are padding. Without, they are counted by `positions` and `segments`. Only positions
   * that stretch with a sequence ask for it.
   */
  readonly lengths?: Value;
  /**
   * int32 `[batch]`: tokens of each row that are read, where some of `tokens` are padding at the end. Only
   * layers that carry a state ask for it.
   */
  readonly counts?: Value;
  /** One a layer, to attend to earlier tokens; null to attend within `tokens` alone. */
  readonly caches: readonly LayerCache[] | null;
  /** The tokens go on after those in the caches, instead of being a sequence's first; false unless given. */
  readonly continues?: boolean;
  /** The caches hold earlier tokens and no more, and the new ones are put behind them. */
  readonly joined?: JoinedPlaces;
  /** Applied to all that enters the residual stream, in training alone. */
  readonly dropout?: Dropout;
  /** Applied to the embeddings `[batch, sequence, hiddenSize]` before the dropout, in training alone. */
  readonly noise?: (embedded: Value) => Value;
}

export interface DecoderOutput {
  /** After the final norm: `[batch, sequence, hiddenSize]`. */
  readonly hidden: Value;
  /** Embeddings, then what each layer gives, the last without the final norm: `[batch, sequence, hiddenSize]`. */
  readonly states: readonly Value[];
  /** The caches with the new tokens in them. */
  readonly caches: readonly LayerCache[] | null;
  /** What its layers attended by, for blocks beside them. */
  readonly context: AttentionContext;
}

export function decoder(
  config: DecoderConfig,
  weights: Weights,
  input: DecoderInput,
): DecoderOutput {
  const { tokens, positions, segments, lengths = null, continues = false, joined } = input;
  const graph = tokens.graph;
  const places = { positions, segments, lengths };
  const { counts } = input;
  const context = {
    ...attentionContext(config, places),
    continues,
    ...(counts && { counts }),
    ...(joined === undefined ? {} : { joined }),
  };
  const { dropout = identity, noise = identity } = input;

  let x = graph.scope("embedding", () =>
    dropout(
      noise(embed(config, weights, tokens, continues ? within(config, positions) : positions)),
    ),
  );
  const caches: LayerCache[] = [];
  const states = [x];
  for (let layer = 0; layer < config.layers; layer++) {
    const result = graph.scope(`layers.${layer}`, () =>
      block(
        config,
        weights.at(`layers.${layer}`),
        layer,
        x,
        context,
        input.caches?.[layer] ?? null,
        dropout,
      ),
    );
    x = result.output;
    states.push(x);
    if (result.cache !== null) caches.push(result.cache);
  }
  const hidden = graph.scope("finalNorm", () => normalise(config, weights.at("finalNorm"), x));
  return { hidden, states, caches: input.caches === null ? null : caches, context };
}

/** What layers attend by. */
export function attentionContext(
  config: DecoderConfig,
  places: Pick<DecoderInput, "positions" | "segments"> & { readonly lengths: Value | null },
): AttentionContext {
  const { positions, segments } = places;
  const rotary = config.positions === "rotary" ? rotaryAngles(config, places) : null;
  return { rotary, positions, segments };
}

/** What makes logits of hidden states: a product, a bias, a soft limit on their size. */
export interface Head {
  /** `[vocabulary, hiddenSize]`. */
  readonly weight: WeightMatrix;
  /** `[vocabulary]`. */
  readonly bias: Value | null;
  /** What the logits are kept below, in size; null for no limit. */
  readonly softcap: number | null;
}

/**
 * The parameters of the head: the table of token embeddings where they are tied.
 * @throws GraphError when the weights lack the table, or have a bias that is not float32.
 */
export function headOf(config: DecoderConfig, weights: Weights): Head {
  return {
    weight: weights.matrix(config.tieEmbeddings ? "embedding.weight" : "head.weight"),
    bias: weights.find("head.bias"),
    softcap: config.logitSoftcap,
  };
}

/** What the head multiplies, so that logits come out scaled: `[..., hiddenSize]` to the same shape. */
export function headInput({ logitScale }: DecoderConfig, hidden: Value): Value {
  return logitScale === 1 ? hidden : ops.multiply(hidden, logitScale);
}

/** `[..., hiddenSize]` to logits `[..., vocabulary]`. */
export function head(config: DecoderConfig, weights: Weights, hidden: Value): Value {
  const { weight, bias, softcap } = headOf(config, weights);
  return hidden.graph.scope("head", () => {
    const input = headInput(config, hidden);
    const logits = weights
      .additionsTo("head")
      .reduce(
        (sum, addition) => ops.add(sum, addition.toLinear(input, weight)),
        project(input, weight, bias),
      );
    return softcap === null ? logits : ops.softcap(logits, softcap);
  });
}

/** Tokens `[batch, sequence]` as rows of the table, without what their positions add. */
export function embedTokens(config: DecoderConfig, weights: Weights, tokens: Value): Value {
  const table = weights.matrix("embedding.weight");
  const rows = weights
    .additionsTo("embedding")
    .reduce(
      (sum, addition) => ops.add(sum, addition.toRows(tokens, table)),
      rowsById(table, tokens),
    );
  return config.embeddingScale === 1 ? rows : ops.multiply(rows, config.embeddingScale);
}

function embed(config: DecoderConfig, weights: Weights, tokens: Value, positions: Value): Value {
  const scaled = embedTokens(config, weights, tokens);
  const embedded =
    config.positions === "learned"
      ? ops.add(scaled, ops.embedding(weights.get("positions.weight"), positions))
      : scaled;
  if (!config.embeddingNorm) return embedded;
  return normalise(config, weights.at("embeddingNorm"), embedded);
}

/** Drafts may stand beyond the context, where they are never kept: there is no row of the table for them. */
function within({ contextLength }: DecoderConfig, positions: Value): Value {
  const last = positions.graph.constant(Int32Array.of(contextLength - 1), [1], "int32");
  return ops.minimum(positions, last);
}

/** One layer, laid out as {@link BlockLayout} says. */
export function block(
  config: DecoderConfig,
  weights: Weights,
  layer: number,
  x: Value,
  context: AttentionContext,
  cache: LayerCache | null,
  dropout: Dropout,
) {
  const { graph } = x;
  const layout = config.block;
  const norm = (name: string, value: Value) => normalise(config, weights.at(name), value);
  const before = (name: string, value: Value) =>
    layout === "postNorm" ? value : norm(name, value);
  const after = (name: string, value: Value) =>
    layout === "sandwichNorm" || layout === "postNorm" ? norm(name, value) : value;
  const scaled = (value: Value) =>
    config.residualScale === 1 ? value : ops.multiply(value, config.residualScale);
  const transform = (value: Value) =>
    graph.scope("feedForward", () => feedForward(config, weights.at("feedForward"), value));

  const normal = before("attentionNorm", x);
  const attended = isGatedDelta(config, layer)
    ? graph.scope("deltaNet", () =>
        gatedDeltaNet(config, weights.at("deltaNet"), normal, context, cache as DeltaCache | null),
      )
    : graph.scope("attention", () =>
        attention(
          config,
          weights.at("attention"),
          layer,
          normal,
          context,
          cache as Exclude<LayerCache, DeltaCache> | null,
        ),
      );
  if (layout === "parallel" || layout === "parallelTwoNorms") {
    const input = layout === "parallel" ? normal : norm("feedForwardNorm", x);
    const both = dropout(scaled(ops.add(attended.output, transform(input))));
    return { output: ops.add(x, both), cache: attended.cache };
  }
  const between = ops.add(x, dropout(scaled(after("attentionOutputNorm", attended.output))));
  const transformed = transform(before("feedForwardNorm", between));
  return {
    output: ops.add(between, dropout(scaled(after("feedForwardOutputNorm", transformed)))),
    cache: attended.cache,
  };
}

const identity: Dropout = (x) => x;
