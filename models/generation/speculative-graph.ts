/**
 * A step of self-speculative generation as a graph (Stern et al. 2018, arXiv 1811.03115; Leviathan et al.
 * 2023, arXiv 2211.17192): the heads of tokens further on draft what comes next, and the decoder reads the
 * drafts in the same run, to say after each of them what it would have said had it drawn them itself.
 */
import { type Graph, ops, type Value } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { attentionContext, decoder, head } from "../decoder/decoder.ts";
import { futureHead, futureInput, tokensAhead } from "../decoder/future-heads.ts";
import type { KeyValueCache, LayerCache } from "../decoder/layer-cache.ts";
import type { Weights } from "../decoder/weights.ts";

export interface SpeculativeShape {
  /** Rows that are the same sequence after different prompts; the first one's drafts are all rows'. */
  readonly batch: number;
  /** Tokens drafted, of as many heads. */
  readonly drafts: number;
  /** Rows of the caches. */
  readonly capacity: number;
}

/**
 * Positions that the heads read again in a step: those since the last step, and those before them whose
 * tokens further on were drafts then.
 */
export function windowLength({ future }: DecoderConfig, drafts: number): number {
  return future?.kind === "sequential" ? 2 * drafts : drafts + 1;
}

/** Rows of the buffer of states: a window, and what a step reads beside it. */
export function stateRows(config: DecoderConfig, drafts: number): number {
  return windowLength(config, drafts) + drafts + 1;
}

/** The caches of the decoder and of the heads, and their shapes. */
export function speculativeCaches(
  config: DecoderConfig,
  { batch, drafts, capacity }: SpeculativeShape,
): Map<string, readonly number[]> {
  const { kvHeads, headDim, layers } = config;
  const pair = (name: string, rows: number) => {
    const shape = [rows, kvHeads, capacity, headDim];
    return [[`${name}.keys`, shape] as const, [`${name}.values`, shape] as const];
  };
  return new Map([
    ...Array.from({ length: layers }, (_, layer) => pair(`cache.${layer}`, batch)).flat(),
    ...Array.from({ length: drafts }, (_, i) => pair(`future.${i}`, 1)).flat(),
  ]);
}

/**
 * Adds the reading of prompts: inputs `tokens` and `positions` int32 `[batch, sequence]`, `last` int32 `[batch]`
 * as of `addDecodingStep`, `window` int32 `[stateRows]`, which positions of the first row the next step
 * begins with, and the caches; outputs `logits` `[batch, vocabulary]`, `states` `[stateRows, hiddenSize]`
 * and the caches.
 */
export function addSpeculativePrompt(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  shape: SpeculativeShape & { readonly sequenceLength: number },
): void {
  const { batch, sequenceLength, drafts } = shape;
  const caches = new Caches(graph, config, shape);
  const tokens = graph.input("tokens", [batch, sequenceLength], "int32");
  const positions = graph.input("positions", [batch, sequenceLength], "int32");
  const last = graph.input("last", [batch], "int32");
  const window = graph.input("window", [stateRows(config, drafts)], "int32");
  const input = { tokens, positions, segments: null, caches: caches.ofLayers() };
  const output = decoder(config, weights, input);
  const rows = ops.reshape(output.hidden, [batch * sequenceLength, config.hiddenSize]);
  graph.output("logits", head(config, weights, ops.gather(rows, last)));
  const first = (value: Value) => ops.slice(value, 0, 0, 1);
  const states = first(futureInput(config.future!, output));
  const context = attentionContext(config, placesAt(first(positions)));
  let state = states;
  for (let number = 1; number <= drafts; number++) {
    const ahead = tokensAhead(first(tokens), number);
    const cache = caches.ofHead(number);
    const result = futureHead(config, weights, number, { state, tokens: ahead, context, cache });
    caches.write(`future.${number - 1}`, result.cache!);
    state = result.state;
  }
  for (const [layer, cache] of output.caches!.entries()) caches.write(`cache.${layer}`, cache);
  const flat = ops.reshape(states, [sequenceLength, config.hiddenSize]);
  graph.output("states", ops.gather(flat, window));
}

/**
 * Adds a step: inputs `states` as of the prompt, `window` int32 `[window]`, which of its rows the heads
 * read, at `windowPositions` int32 `[1, window]`; `known` int32 `[1, window]`, of each the token after it, of
 * which the last is not read yet; `positions` int32 `[batch, drafts + 1]` of that token and the drafts; and the
 * caches. Outputs `drafts` int32 `[drafts]`; `logits` `[batch * (drafts + 1), vocabulary]`, after that token
 * and after each draft; `states` and the caches.
 */
export function addSpeculativeStep(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  shape: SpeculativeShape,
): void {
  const { batch, drafts } = shape;
  const window = windowLength(config, drafts);
  const { hiddenSize } = config;
  const caches = new Caches(graph, config, shape);
  const all = graph.input("states", [stateRows(config, drafts), hiddenSize]);
  const rows = graph.input("window", [window], "int32");
  const windowPositions = graph.input("windowPositions", [1, window], "int32");
  const known = graph.input("known", [1, window], "int32");
  const positions = graph.input("positions", [batch, drafts + 1], "int32");
  const states = ops.reshape(ops.gather(all, rows), [1, window, hiddenSize]);
  const context = { ...attentionContext(config, placesAt(windowPositions)), continues: true };
  const drafted: Value[] = [];
  let state = states;
  for (let number = 1; number <= drafts; number++) {
    const ahead = ops.concat([ops.slice(known, 1, number - 1, window), ...drafted], 1);
    const cache = caches.ofHead(number);
    const result = futureHead(config, weights, number, { state, tokens: ahead, context, cache });
    caches.write(`future.${number - 1}`, result.cache!);
    const newest = ops.reshape(ops.slice(result.hidden, 1, window - 1, window), [1, hiddenSize]);
    drafted.push(ops.reshape(likeliest(head(config, weights, newest)), [1, 1]));
    state = result.state;
  }
  graph.output("drafts", ops.reshape(ops.concat(drafted, 1), [drafts]));
  const read = ops.concat([ops.slice(known, 1, window - 1, window), ...drafted], 1);
  const tokens = ops.concat(new Array<Value>(batch).fill(read), 0);
  const layers = caches.ofLayers();
  const input = { tokens, positions, segments: null, caches: layers, continues: true };
  const output = decoder(config, weights, input);
  const hidden = ops.reshape(output.hidden, [batch * (drafts + 1), hiddenSize]);
  graph.output("logits", head(config, weights, hidden));
  for (const [layer, cache] of output.caches!.entries()) caches.write(`cache.${layer}`, cache);
  const fresh = ops.slice(futureInput(config.future!, output), 0, 0, 1);
  const kept = ops.concat([states, fresh], 1);
  graph.output("states", ops.reshape(kept, [stateRows(config, drafts), hiddenSize]));
}

const placesAt = (positions: Value) => ({ positions, segments: null, lengths: null });

/** The likeliest id of logits `[1, vocabulary]`, the first of equals: int32 `[1]`. */
function likeliest(logits: Value): Value {
  const size = logits.shape[1]!;
  const { graph } = logits;
  const fromLast = Float32Array.from({ length: size }, (_, id) => size - id);
  const isMost = ops.greaterEqual(logits, ops.max(logits, [1], true));
  const places = ops.select(isMost, graph.constant(fromLast, [1, size], "float32"), 0);
  return ops.cast(ops.subtract(size, ops.max(places, [1])), "int32");
}

/** Caches as inputs of a graph, and as its outputs under the same names. */
class Caches {
  readonly #graph: Graph;
  readonly #layers: number;
  readonly #inputs: ReadonlyMap<string, Value>;

  constructor(graph: Graph, config: DecoderConfig, shape: SpeculativeShape) {
    this.#graph = graph;
    this.#layers = config.layers;
    this.#inputs = new Map(
      [...speculativeCaches(config, shape)].map(([name, of]) => [name, graph.input(name, of)]),
    );
  }

  ofLayers(): KeyValueCache[] {
    return Array.from({ length: this.#layers }, (_, layer) => this.#of(`cache.${layer}`));
  }

  ofHead(number: number): KeyValueCache {
    return this.#of(`future.${number - 1}`);
  }

  write(name: string, cache: LayerCache): void {
    const { keys, values } = cache as KeyValueCache;
    this.#graph.output(`${name}.keys`, keys);
    this.#graph.output(`${name}.values`, values);
  }

  #of(name: string): KeyValueCache {
    return { keys: this.#inputs.get(`${name}.keys`)!, values: this.#inputs.get(`${name}.values`)! };
  }
}
