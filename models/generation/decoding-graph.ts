/** A step of generation as a graph: tokens are read into the caches, and the next ones' logits made. */
import { Graph, ops } from "../../engine/index.ts";
import type { LayerCache } from "../decoder/attention.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { decoder, head } from "../decoder/decoder.ts";
import { parameterSpecs } from "../decoder/parameters.ts";
import { Weights } from "../decoder/weights.ts";
import { parameterFormat, parameterInput, type WeightDtype } from "../quantization/index.ts";

export interface DecodingShape {
  /** Sequences. */
  readonly batch: number;
  /** Tokens of each that are read at once: the prompt's, or one. */
  readonly sequenceLength: number;
  /** Tokens of each that the caches hold. */
  readonly capacity: number;
}

/**
 * Adds a step: inputs `tokens` and `positions` int32 `[batch, sequence]`, `last` int32 `[batch]`, the row of
 * `[batch size * sequence length]` that each sequence's logits are made of, and the caches, `cache.<layer>.keys` and
 * `.values` `[batch, heads, capacity, headDim]`; outputs `logits` `[batch, vocabulary]` and the caches.
 */
export function addDecodingStep(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  { batch, sequenceLength, capacity }: DecodingShape,
): void {
  const cacheShape = [batch, config.kvHeads, capacity, config.headDim];
  const caches: LayerCache[] = Array.from({ length: config.layers }, (_, layer) => ({
    keys: graph.input(`cache.${layer}.keys`, cacheShape),
    values: graph.input(`cache.${layer}.values`, cacheShape),
  }));
  const tokens = graph.input("tokens", [batch, sequenceLength], "int32");
  const positions = graph.input("positions", [batch, sequenceLength], "int32");
  const last = graph.input("last", [batch], "int32");
  const lengths = ops.add(ops.gather(ops.reshape(positions, [batch * sequenceLength]), last), 1);
  const input = { tokens, positions, segments: null, lengths, caches };
  const output = decoder(config, weights, input);
  const rows = ops.reshape(output.hidden, [batch * sequenceLength, config.hiddenSize]);
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
  weightDtype: WeightDtype = "float32",
): Graph {
  const graph = new Graph();
  const weights = parameterSpecs(config).map(
    (spec) => [spec.name, parameterInput(graph, spec, parameterFormat(spec, weightDtype))] as const,
  );
  addDecodingStep(graph, config, new Weights(new Map(weights)), shape);
  return graph;
}
