/** A step of generation as a graph: tokens are read into the caches, and the next ones' logits made. */
import { Graph, ops, type TensorType, type Value } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { decoder, head } from "../decoder/decoder.ts";
import { type CacheDtype, cacheTypes, type LayerCache } from "../decoder/layer-cache.ts";
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
  /** The tokens go on after those in the caches; they are a sequence's first unless given, or one alone. */
  readonly continues?: boolean;
  /** How keys and values are kept; float32 unless given. */
  readonly cacheDtype?: CacheDtype | undefined;
}

/** The caches of all layers by name, as `cache.0.keys`, and their types, the first axis the sequences. */
export function decodingCaches(
  config: DecoderConfig,
  room: Pick<DecodingShape, "batch" | "capacity" | "cacheDtype">,
): Map<string, TensorType> {
  const layers = Array.from({ length: config.layers }, (_, layer) =>
    Object.entries(cacheTypes(config, layer, room)).map(
      ([part, type]) => [`cache.${layer}.${part}`, type] as const,
    ),
  );
  return new Map(layers.flat());
}

/**
 * Adds a step: inputs `tokens` and `positions` int32 `[batch, sequence]`, `last` int32 `[batch]`, the row of
 * `[batch size * sequence length]` that each sequence's logits are made of, where layers carry a state `counts` int32
 * `[batch]`, how many of its tokens each sequence reads, and the caches (see {@link decodingCaches}); outputs
 * `logits` `[batch, vocabulary]` and the caches.
 */
export function addDecodingStep(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  { batch, sequenceLength, capacity, continues = false, cacheDtype }: DecodingShape,
): void {
  const inputs = [...decodingCaches(config, { batch, capacity, cacheDtype })].map(
    ([name, { shape, dtype }]) => [name, graph.input(name, shape, dtype)] as const,
  );
  const caches = Array.from({ length: config.layers }, (_, layer) => {
    const prefix = `cache.${layer}.`;
    const own = inputs.filter(([name]) => name.startsWith(prefix));
    const parts = own.map(([name, value]) => [name.slice(prefix.length), value] as const);
    return Object.fromEntries(parts) as unknown as LayerCache;
  });
  const tokens = graph.input("tokens", [batch, sequenceLength], "int32");
  const positions = graph.input("positions", [batch, sequenceLength], "int32");
  const last = graph.input("last", [batch], "int32");
  const lengths = ops.add(ops.gather(ops.reshape(positions, [batch * sequenceLength]), last), 1);
  const counts =
    config.gatedDelta === null ? {} : { counts: graph.input("counts", [batch], "int32") };
  const input = { tokens, positions, segments: null, lengths, caches, continues, ...counts };
  const output = decoder(config, weights, input);
  const rows = ops.reshape(output.hidden, [batch * sequenceLength, config.hiddenSize]);
  graph.output("logits", head(config, weights, ops.gather(rows, last)));
  for (const [layer, cache] of (output.caches ?? []).entries()) {
    for (const [part, value] of Object.entries(cache) as [string, Value][]) {
      graph.output(`cache.${layer}.${part}`, value);
    }
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
