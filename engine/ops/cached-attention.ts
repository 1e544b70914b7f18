/**
 * Attention of one new token of each sequence, or of a few one after the other, to the keys and values of
 * the tokens before it, which lie in caches of fixed capacity, and to its own, which are written there.
 */
import {
  describeType,
  GraphError,
  type Operation,
  sameShape,
  type TensorType,
  type Value,
} from "../graph/index.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { cacheWrite } from "./cache-write.ts";
import { checkSlopes } from "./causal-attention.ts";
import { and, cast, greater, lessEqual, select } from "./logic.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./shapes.ts";
import { softcap } from "./softcap.ts";
import { softmax } from "./softmax.ts";

type CachedAttentionAttributes = {
  readonly scale: number;
  /** 0: none. */
  readonly softcap: number;
  /** 0: none. */
  readonly window: number;
  /** One a query head; none: distances do not count. */
  readonly slopes: readonly number[];
};

const cachedAttentionOperation: Operation<CachedAttentionAttributes> = {
  name: "cachedAttention",
  infer(types) {
    check(types);
    const [query, , , keys, values] = types as [TensorType, ...TensorType[]];
    return [query, keys!, values!];
  },
  expand([query, key, value, keys, values, positions], attributes) {
    const writtenKeys = cacheWrite(keys!, key!, positions!);
    const writtenValues = cacheWrite(values!, value!, positions!);
    const { scale } = attributes;
    const attended = attend(query!, positions!, attributes, {
      keys: writtenKeys,
      scores: (rows) => matmul(rows, writtenKeys, { transposeB: true, scale }),
      means: (weights) => matmul(weights, writtenValues),
    });
    return [attended, writtenKeys, writtenValues];
  },
};

function check([query, key, value, keys, values, positions]: readonly TensorType[]): void {
  const [batch, heads, sequenceLength, headDim] = query!.shape;
  const [, kv, capacity] = keys!.shape;
  const cache = [batch!, kv!, capacity!, headDim!];
  const fits =
    [query, key, value, keys, values].every((type) => type!.dtype === "float32") &&
    query!.shape.length === 4 &&
    sequenceLength! <= capacity! &&
    sameShape(key!.shape, [batch!, kv!, sequenceLength!, headDim!]) &&
    sameShape(value!.shape, key!.shape) &&
    sameShape(keys!.shape, cache) &&
    sameShape(values!.shape, cache) &&
    heads! % kv! === 0 &&
    positions!.dtype === "int32" &&
    sameShape(positions!.shape, [batch!, sequenceLength!]);
  if (fits) return;
  const types = [query, key, value, keys, values, positions].map((type) => describeType(type!));
  throw new GraphError(
    `cachedAttention: needs query [batch, heads, tokens, headDim], key and value [batch, kvHeads, tokens, headDim], caches [batch, kvHeads, capacity, headDim], positions int32[batch, tokens]; got ${types.join(", ")}`,
  );
}

/** A cache with the new tokens in it, however it is kept. */
export interface ReadableCache {
  /** `[batch, kvHeads, capacity, headDim]`. */
  readonly keys: Value;
  /** Products of rows `[batch, kvHeads, rows, headDim]` with all keys, scaled: `[batch, kvHeads, rows, capacity]`. */
  scores(rows: Value): Value;
  /** Weighted sums of all values: `[batch, kvHeads, rows, capacity]` to `[batch, kvHeads, rows, headDim]`. */
  means(weights: Value): Value;
}

/** Attention of `query` to the rows of a cache up to each token's own. */
export function attend(
  query: Value,
  positions: Value,
  { softcap: cap, window, slopes }: Omit<CachedAttentionAttributes, "scale">,
  cache: ReadableCache,
): Value {
  const [batch, heads, tokens, headDim] = query.shape as [number, number, number, number];
  const [, kv, capacity] = cache.keys.shape as [number, number, number, number];
  const group = heads / kv;
  const rows = reshape(query, [batch, kv, group * tokens, headDim]);
  const plain = cache.scores(rows);
  const capped = cap === 0 ? plain : softcap(plain, cap);
  const grouped = reshape(capped, [batch, kv, group, tokens, capacity]);
  const ofQueries = reshape(positions, [batch, 1, 1, tokens, 1]);
  const scores =
    slopes.length === 0 ? grouped : add(grouped, distances(ofQueries, capacity, slopes, kv));
  const visible = visibleRows(ofQueries, capacity, window);
  const weights = softmax(select(visible, scores, Number.NEGATIVE_INFINITY));
  return reshape(cache.means(reshape(weights, plain.shape)), query.shape);
}

/** By how much distance lowers the scores: `[batch, kv, group, tokens, capacity]`. */
function distances(
  positions: Value,
  capacity: number,
  slopes: readonly number[],
  kv: number,
): Value {
  const { graph } = positions;
  const apart = cast(subtract(rowsOfCache(positions, capacity), positions), "float32");
  const ofHeads = graph.constant(
    Float32Array.from(slopes),
    [kv, slopes.length / kv, 1, 1],
    "float32",
  );
  return multiply(apart, ofHeads);
}

function rowsOfCache({ graph }: Value, capacity: number): Value {
  const rows = Int32Array.from({ length: capacity }, (_, i) => i);
  return graph.constant(rows, [capacity], "int32");
}

/** Which rows of a cache a token at this position sees. */
function visibleRows(positions: Value, capacity: number, window: number): Value {
  const places = rowsOfCache(positions, capacity);
  const earlier = lessEqual(places, positions);
  if (window === 0 || window >= capacity) return earlier;
  return and(earlier, greater(places, subtract(positions, window)));
}

export interface CachedAttentionOptions {
  /** `[batch, heads, tokens, headDim]`. */
  readonly query: Value;
  /** Of the new tokens: `[batch, kvHeads, tokens, headDim]`. */
  readonly key: Value;
  readonly value: Value;
  /** `[batch, kvHeads, capacity, headDim]`; row `p` holds the token at position `p`. */
  readonly keys: Value;
  readonly values: Value;
  /**
   * int32 `[batch, tokens]`, below the capacity: a token sees the rows up to its own. Those of a sequence's
   * new tokens follow on one another.
   */
  readonly positions: Value;
  /** Multiplies the scores; `1 / sqrt(headDim)` unless given. */
  readonly scale?: number;
  /** How many positions one sees, its own included; all unless given. */
  readonly window?: number;
  /** Limit of the scores' size, see `softcap`. */
  readonly softcap?: number;
  /** One a head: a score falls by the slope for each position between query and key. */
  readonly slopes?: readonly number[];
}

export interface CachedAttention {
  /** Weighted means of the values: `[batch, heads, tokens, headDim]`. */
  readonly output: Value;
  /** The caches with the new tokens in them. */
  readonly keys: Value;
  readonly values: Value;
}

/**
 * Every row before the first position must hold a token. With the caches donated, an engine that
 * computes in host memory writes the new rows alone.
 */
export function cachedAttention(options: CachedAttentionOptions): CachedAttention {
  const { query, key, value, keys, values, positions } = options;
  const attributes = attributesOf("cachedAttention", options);
  const inputs = [query, key, value, keys, values, positions];
  const [output, newKeys, newValues] = query.graph.add(
    cachedAttentionOperation,
    inputs,
    attributes,
  ) as [Value, Value, Value];
  return { output, keys: newKeys, values: newValues };
}

export function attributesOf(
  operation: string,
  {
    query,
    scale = 1 / Math.sqrt(query.shape[3] ?? 1),
    softcap = 0,
    window = 0,
    slopes,
  }: Pick<CachedAttentionOptions, "query" | "scale" | "softcap" | "window" | "slopes">,
): CachedAttentionAttributes {
  return { scale, softcap, window, slopes: checkSlopes(operation, slopes, query) };
}
