/** A step of generation as a graph: tokens are read into the caches, and the next ones' logits made. */
import { Graph, ops } from "../../src/engine/index.ts";
import type { LayerCache } from "../attention.ts";
import type { DecoderConfig } from "../config.ts";
import { decoder, head } from "../decoder.ts";
import { parameterSpecs } from "../parameters.ts";
import { parameterFormat, parameterInput, type WeightStorage } from "../quantisation/index.ts";
import { Weights } from "../weights.ts";

export interface DecodingShape {
  /** Sequences. */
  readonly batch: number;
  /** Tokens of each that are read at once: the prompt's, or one. */
  readonly time: number;
  /** Tokens of each that the caches hold. */
  readonly capacity: number;
}

/**
 * Adds a step: inputs `tokens` and `positions` int32 `[batch, time]`, `last` int32 `[batch]`, the row of
 * `[batch * time]` that each sequence's logits are made of, and the caches, `cache.<layer>.keys` and
 * `.values` `[batch, heads, capacity, headDim]`; outputs `logits` `[batch, vocabulary]` and the caches.
 */
export function addDecodingStep(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  { batch, time, capacity }: DecodingShape,
): void {
  const cacheShape = [batch, config.keyValueHeads, capacity, config.headDim];
  const caches: LayerCache[] = Array.from({ length: config.layers }, (_, layer) => ({
    keys: graph.input(`cache.${layer}.keys`, cacheShape),
    values: graph.input(`cache.${layer}.values`, cacheShape),
  }));
  const tokens = graph.input("tokens", [batch, time], "int32");
  const positions = graph.input("positions", [batch, time], "int32");
  const last = graph.input("last", [batch], "int32");
  const output = decoder(config, weights, { tokens, positions, segments: null, caches });
  const rows = ops.reshape(output.hidden, [batch * time, config.width]);
  graph.output("logits", head(config, weights, ops.gather(rows, last)));
  for (const [layer, cache] of (output.caches ?? []).entries()) {
    graph.output(`cache.${layer}.keys`, cache.keys);
    graph.output(`cache.${layer}.values`, cache.values);
  }
}

/** The step of a decoder that need not exist: for drawings and plans. */
export function decodingGraph(
  config: DecoderConfig,
  shape: DecodingShape,
  storage: WeightStorage = "float32",
): Graph {
  const graph = new Graph();
  const weights = parameterSpecs(config).map(
    (spec) => [spec.name, parameterInput(graph, spec, parameterFormat(spec, storage))] as const,
  );
  addDecodingStep(graph, config, new Weights(new Map(weights)), shape);
  return graph;
}
