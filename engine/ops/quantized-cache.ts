/**
 * Caches of keys and values in bytes: each vector of a head is codes of a byte, 128 standing for zero, times
 * a scale of its own, its largest element by 127. A quarter of the memory and a little more, and no
 * vector is rounded by what the others are.
 */
import type { Value } from "../graph/index.ts";
import { add, divide, maximum, multiply, subtract } from "./arithmetic.ts";
import { cacheWrite } from "./cache-write.ts";
import { attend, attributesOf, type CachedAttentionOptions } from "./cached-attention.ts";
import { absolute } from "./functions.ts";
import { cast } from "./logic.ts";
import { matmul } from "./matmul.ts";
import { max } from "./reductions.ts";
import { reshape } from "./shapes.ts";

/** Vectors in bytes. */
export interface QuantizedVectors {
  /** uint8 `[batch, heads, rows, headDim]`. */
  readonly codes: Value;
  /** float32 `[batch, heads, rows, 1]`. */
  readonly scales: Value;
}

const zero = 128;
const largest = 127;
/** A vector of zeros has a scale, too. */
const leastLargest = 1e-20;

/** @param vectors float32 `[batch, heads, rows, headDim]`. */
export function quantizeVectors(vectors: Value): QuantizedVectors {
  const size = maximum(max(absolute(vectors), [-1], true), leastLargest);
  const scales = divide(size, largest);
  // A cast leaves out the fraction: half a step more rounds to the nearest.
  const codes = cast(add(divide(vectors, scales), zero + 0.5), "uint8");
  return { codes, scales };
}

export interface QuantizedCachedAttentionOptions
  extends Omit<CachedAttentionOptions, "keys" | "values"> {
  /** Caches, of `capacity` rows; row `p` holds the token at position `p`. */
  readonly keys: QuantizedVectors;
  readonly values: QuantizedVectors;
}

export interface QuantizedCachedAttention {
  /** Weighted means of the values: `[batch, heads, tokens, headDim]`. */
  readonly output: Value;
  /** The caches with the new tokens in them. */
  readonly keys: QuantizedVectors;
  readonly values: QuantizedVectors;
}

/** The caches with vectors written into the rows of their positions. */
export function writeQuantized(
  cache: QuantizedVectors,
  vectors: Value,
  positions: Value,
): QuantizedVectors {
  const { codes, scales } = quantizeVectors(vectors);
  return {
    codes: cacheWrite(cache.codes, codes, positions),
    scales: cacheWrite(cache.scales, scales, positions),
  };
}

/**
 * As `cachedAttention`, to caches in bytes: the new tokens' keys and values are rounded, too, before they
 * are attended to, so that a token is seen the same by all that come after it. Tokens that are read at
 * once, as a prompt's first, see each other before they are rounded.
 */
export function quantizedCachedAttention(
  options: QuantizedCachedAttentionOptions,
): QuantizedCachedAttention {
  const { query, positions } = options;
  const attributes = attributesOf("quantizedCachedAttention", options);
  const keys = writeQuantized(options.keys, options.key, positions);
  const values = writeQuantized(options.values, options.value, positions);
  const output = attend(query, positions, attributes, {
    keys: keys.codes,
    scores(rows) {
      const products = matmul(rows, numbers(keys), { transposeB: true });
      const centred = subtract(products, productsWithZero(rows));
      return multiply(centred, multiply(alongRows(keys), attributes.scale));
    },
    means(weights) {
      const scaled = multiply(weights, alongRows(values));
      const products = matmul(scaled, numbers(values));
      return subtract(products, productsWithZero(scaled));
    },
  });
  return { output, keys, values };
}

/** The codes as they are: what 128 stands for is taken from the products, of which there are fewer. */
const numbers = ({ codes }: QuantizedVectors): Value => cast(codes, "float32");

/** A product like the others, so that an engine which rounds their factors rounds these alike. */
function productsWithZero(rows: Value): Value {
  const columns = rows.shape.at(-1)!;
  const zeros = new Float32Array(columns).fill(zero);
  return matmul(rows, rows.graph.constant(zeros, [columns, 1], "float32"));
}

/** Scales `[batch, heads, 1, rows]`. */
function alongRows({ scales }: QuantizedVectors): Value {
  const [batch, heads, rows] = scales.shape as [number, number, number, number];
  return reshape(scales, [batch, heads, 1, rows]);
}
