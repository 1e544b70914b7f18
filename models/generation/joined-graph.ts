/** A step of generation for other runtimes: caches that grow, masks, logits of every new token. */
import { Graph } from "../../engine/index.ts";
import { type DecoderConfig, ModelConfigError } from "../decoder/config.ts";
import { decoder, head } from "../decoder/decoder.ts";
import type { KeyValueCache } from "../decoder/layer-cache.ts";
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
 * @throws ModelConfigError where layers carry a state, which is no cache that grows.
 */
export function joinedGraph(config: DecoderConfig, { batch, sequence, past }: JoinedShape): Graph {
  if (config.gatedDelta !== null) {
    throw new ModelConfigError(
      "this model has layers that carry a state (gated delta nets), and the caches of an ONNX model hold keys and values alone; export it with --format hf",
    );
  }
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
  const caches: KeyValueCache[] = Array.from({ length: config.layers }, (_, layer) => ({
    keys: graph.input(`past_key_values.${layer}.key`, shape),
    values: graph.input(`past_key_values.${layer}.value`, shape),
  }));
  const weights = new Weights(
    new Map(decoderSpecs(config).map((spec) => [spec.name, graph.input(spec.name, spec.shape)])),
  );
  const output = decoder(config, weights, { tokens, positions, segments: null, caches, joined });
  graph.output("logits", head(config, weights, output.hidden));
  for (const [layer, cache] of (output.caches as readonly KeyValueCache[]).entries()) {
    graph.output(`present.${layer}.key`, cache.keys);
    graph.output(`present.${layer}.value`, cache.values);
  }
  return graph;
}
