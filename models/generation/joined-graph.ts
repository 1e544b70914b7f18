/** A step of generation for other runtimes: caches that grow, masks, logits of every new token. */
import { Graph } from "../../engine/index.ts";
import type { LayerCache } from "../decoder/attention.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { decoder, head } from "../decoder/decoder.ts";
import { decoderSpecs } from "../decoder/parameters.ts";
import { Weights } from "../decoder/weights.ts";

export interface JoinedShape {
  readonly batch: number;
  /** New tokens of each sequence. */
  readonly sequence: number;
  /** Earlier ones, in the caches. */
  readonly past: number;
}

/**
 * Inputs `tokens` and `positions` int32 `[batch, sequence]`, `present` bool `[batch, past + sequence]`,
 * `placesOfQueries` int32 `[sequence]`, `placesOfKeys` int32 `[past + sequence]`, with linear biases
 * `positionsOfKeys` int32 `[batch, past + sequence]`, the caches `past_key_values.<layer>.key` and `.value`
 * `[batch, kvHeads, past, headDim]`, and every parameter under its name; outputs `logits` `[batch,
 * sequence, vocabulary]` and the caches with the new tokens behind, `present.<layer>.key` and `.value`.
 */
export function joinedGraph(config: DecoderConfig, { batch, sequence, past }: JoinedShape): Graph {
  const graph = new Graph();
  const total = past + sequence;
  const tokens = graph.input("tokens", [batch, sequence], "int32");
  const positions = graph.input("positions", [batch, sequence], "int32");
  const joined = {
    present: graph.input("present", [batch, total], "bool"),
    ofQueries: graph.input("placesOfQueries", [sequence], "int32"),
    ofKeys: graph.input("placesOfKeys", [total], "int32"),
    positionsOfKeys:
      config.positions === "alibi" ? graph.input("positionsOfKeys", [batch, total], "int32") : null,
    positionsOfQueries: positions,
  };
  const shape = [batch, config.kvHeads, past, config.headDim];
  const caches: LayerCache[] = Array.from({ length: config.layers }, (_, layer) => ({
    keys: graph.input(`past_key_values.${layer}.key`, shape),
    values: graph.input(`past_key_values.${layer}.value`, shape),
  }));
  const weights = new Weights(
    new Map(decoderSpecs(config).map((spec) => [spec.name, graph.input(spec.name, spec.shape)])),
  );
  const output = decoder(config, weights, { tokens, positions, segments: null, caches, joined });
  graph.output("logits", head(config, weights, output.hidden));
  for (const [layer, cache] of output.caches!.entries()) {
    graph.output(`present.${layer}.key`, cache.keys);
    graph.output(`present.${layer}.value`, cache.values);
  }
  return graph;
}
