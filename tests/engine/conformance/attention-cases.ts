/** Attention, within a sequence and to a cache: sizes, groups, windows, segments, padding. */
import { ops } from "../../../engine/index.ts";
import {
  type Case,
  type CaseInput,
  caseOf,
  constants,
  floats,
  indices,
  integers,
  numbers,
} from "./case.ts";

interface Attention {
  readonly batch: number;
  readonly heads: number;
  readonly kv: number;
  readonly sequenceLength: number;
  readonly width: number;
  readonly options?: {
    readonly window?: number;
    readonly softcap?: number;
    readonly blockSize?: number;
    readonly headsAtOnce?: number;
    readonly scale?: number;
    readonly slopes?: readonly number[];
  };
  /** Lengths of the segments of each row. */
  readonly segments?: readonly (readonly number[])[];
  /** Places of each row before its padding, whose segment is 0. */
  readonly filled?: readonly number[];
}

const attentions: Readonly<Record<string, Attention>> = {
  "one token": { batch: 2, heads: 2, kv: 1, sequenceLength: 1, width: 4 },
  "odd sizes": { batch: 1, heads: 3, kv: 3, sequenceLength: 7, width: 5 },
  "grouped heads": { batch: 2, heads: 6, kv: 2, sequenceLength: 9, width: 4 },
  "all heads in one group": { batch: 2, heads: 4, kv: 1, sequenceLength: 6, width: 8 },
  long: { batch: 1, heads: 2, kv: 1, sequenceLength: 301, width: 8 },
  blocks: { batch: 2, heads: 2, kv: 2, sequenceLength: 11, width: 3, options: { blockSize: 4 } },
  "a head at a time": {
    batch: 2,
    heads: 4,
    kv: 2,
    sequenceLength: 7,
    width: 4,
    options: { headsAtOnce: 1, blockSize: 3 },
  },
  window: {
    batch: 1,
    heads: 2,
    kv: 1,
    sequenceLength: 13,
    width: 3,
    options: { window: 4, blockSize: 5 },
  },
  "a window of one": {
    batch: 1,
    heads: 1,
    kv: 1,
    sequenceLength: 5,
    width: 3,
    options: { window: 1 },
  },
  "capped scores": {
    batch: 1,
    heads: 2,
    kv: 2,
    sequenceLength: 6,
    width: 4,
    options: { softcap: 2, scale: 1 },
  },
  "slopes of distance, in groups, blocks and segments": {
    batch: 2,
    heads: 4,
    kv: 2,
    sequenceLength: 9,
    width: 4,
    options: { slopes: [0.5, 0.25, 0.125, 1], blockSize: 4, headsAtOnce: 1 },
    segments: [[9], [4, 5]],
  },
  segments: {
    batch: 2,
    heads: 4,
    kv: 2,
    sequenceLength: 7,
    width: 4,
    segments: [
      [3, 1, 3],
      [1, 1, 5],
    ],
  },
  "segments, window and blocks": {
    batch: 2,
    heads: 4,
    kv: 2,
    sequenceLength: 9,
    width: 4,
    options: { window: 3, blockSize: 4 },
    segments: [[9], [4, 5]],
  },
  "padding, and rows of nothing else": {
    batch: 4,
    heads: 4,
    kv: 2,
    sequenceLength: 7,
    width: 4,
    filled: [3, 0, 7, 6],
  },
  "padding in blocks that see no key of another": {
    batch: 3,
    heads: 2,
    kv: 1,
    sequenceLength: 9,
    width: 3,
    options: { blockSize: 3 },
    filled: [3, 0, 5],
  },
  "padding and a window of one: all see themselves alone": {
    batch: 2,
    heads: 2,
    kv: 2,
    sequenceLength: 5,
    width: 3,
    options: { window: 1, softcap: 2 },
    filled: [2, 0],
  },
};

const causalCases = Object.entries(attentions).map(([name, attention]) => {
  const { batch, heads, kv, sequenceLength, width, options = {} } = attention;
  const inputs = {
    query: floats([batch, heads, sequenceLength, width], 56, [-2, 2]),
    key: floats([batch, kv, sequenceLength, width], 57, [-2, 2]),
    value: floats([batch, kv, sequenceLength, width], 58),
  };
  const rows =
    attention.filled?.flatMap((filled) =>
      Array.from({ length: sequenceLength }, (_, i) => (i < filled ? 1 : 0)),
    ) ??
    attention.segments?.flatMap((lengths) =>
      lengths.flatMap((length, i) => Array.from({ length }, () => i)),
    );
  return caseOf(
    `causalAttention: ${name}`,
    rows === undefined ? inputs : { ...inputs, segments: integers(rows, [batch, sequenceLength]) },
    ({ query, key, value, segments }) =>
      ops.causalAttention({
        query: query!,
        key: key!,
        value: value!,
        ...(segments === undefined ? {} : { segments }),
        ...options,
      }),
  );
});

const cacheCases = [1, 3].map((sequenceLength) =>
  caseOf(
    `cacheWrite of ${sequenceLength} rows`,
    {
      cache: constants(floats([2, 3, 8, 4], 66)),
      update: constants(floats([2, 3, sequenceLength, 4], 67)),
      positions: integers(sequenceLength === 1 ? [0, 7] : [0, 1, 2, 7, 3, 4], [2, sequenceLength]),
    },
    ({ cache, update, positions }) => ops.cacheWrite(cache!, update!, positions!),
  ),
);

/**
 * Two sequences; what lies in a cache after their positions has no meaning and is not compared. One that
 * is finished stays at its last place, while others beside it begin.
 */
const attentionToCache = (
  headDim: number,
  options: object,
  positions: readonly [number, number] = [3, 6],
) =>
  caseOf(
    `cachedAttention of heads of ${headDim} at ${positions}${Object.keys(options).map((name) => `, ${name}`)}`,
    {
      query: constants(floats([2, 4, 1, headDim], 72)),
      key: constants(floats([2, 2, 1, headDim], 73)),
      value: constants(floats([2, 2, 1, headDim], 74)),
      keys: constants(floats([2, 2, 8, headDim], 75)),
      values: constants(floats([2, 2, 8, headDim], 76)),
      positions: integers(positions, [2, 1]),
    },
    ({ query, key, value, keys, values, positions: places }) => {
      const operands = { query: query!, key: key!, value: value!, keys: keys!, values: values! };
      const next = ops.cachedAttention({ ...operands, positions: places!, ...options });
      const { output } = next;
      const filled = 1 + Math.min(...positions);
      return {
        output,
        keys: ops.slice(next.keys, 2, 0, filled),
        values: ops.slice(next.values, 2, 0, filled),
      };
    },
  );

const attentionToCacheCases = [
  attentionToCache(8, {}),
  attentionToCache(16, { scale: 0.3 }),
  attentionToCache(8, { window: 3 }),
  attentionToCache(8, { window: 1 }),
  attentionToCache(8, { softcap: 2 }),
  attentionToCache(5, { window: 4, softcap: 2 }),
  attentionToCache(8, { slopes: [0.5, 0.25, 0.125, 1] }),
  ...[{}, { window: 3 }, { window: 1 }, { softcap: 2 }].map((options) =>
    attentionToCache(8, options, [7, 0]),
  ),
];

/** Three tokens that follow on one another, of one sequence as they are drafted, or of two. */
const severalToCache = (batch: number, headDim: number, options: object) => {
  const first = [3, 5].slice(0, batch);
  return caseOf(
    `cachedAttention of 3 tokens of ${batch}, heads of ${headDim}${Object.keys(options).map((name) => `, ${name}`)}`,
    {
      query: constants(floats([batch, 4, 3, headDim], 82)),
      key: constants(floats([batch, 2, 3, headDim], 83)),
      value: constants(floats([batch, 2, 3, headDim], 84)),
      keys: constants(floats([batch, 2, 8, headDim], 85)),
      values: constants(floats([batch, 2, 8, headDim], 86)),
      positions: integers(
        first.flatMap((each) => [each, each + 1, each + 2]),
        [batch, 3],
      ),
    },
    ({ query, key, value, keys, values, positions: places }) => {
      const operands = { query: query!, key: key!, value: value!, keys: keys!, values: values! };
      const next = ops.cachedAttention({ ...operands, positions: places!, ...options });
      const { output } = next;
      return {
        output,
        keys: ops.slice(next.keys, 2, 0, 6),
        values: ops.slice(next.values, 2, 0, 6),
      };
    },
  );
};

const severalToCacheCases = [
  ...[{}, { window: 3 }, { window: 1 }, { softcap: 2 }, { slopes: [0.5, 0.25, 0.125, 1] }].map(
    (options) => severalToCache(1, 8, options),
  ),
  severalToCache(1, 5, { window: 4, softcap: 2 }),
  severalToCache(2, 8, { window: 3 }),
];

/** Bytes in `[low, 256)`, as caches hold them. */
function bytes(shape: readonly number[], seed: number): CaseInput {
  const data = Uint8Array.from(indices(shape, 255, seed).data, (code) => code + 1);
  return { shape, dtype: "uint8", data };
}

const asFloats = ({ codes, scales }: ops.QuantizedVectors, filled: number) => {
  const numbers = ops.multiply(ops.subtract(ops.cast(codes, "float32"), 128), scales);
  return ops.slice(numbers, 2, 0, filled);
};

/** Attention to a cache in bytes, of one token of each of two sequences or of three of one. */
const attentionToBytes = (tokens: 1 | 3, headDim: number, options: object) => {
  const batch = tokens === 1 ? 2 : 1;
  const vectors = [batch, 2, tokens, headDim];
  const scales = (seed: number) => constants(floats([batch, 2, 8, 1], seed, [0.005, 0.01]));
  return caseOf(
    `quantizedCachedAttention of ${tokens} tokens, heads of ${headDim}${Object.keys(options).map((name) => `, ${name}`)}`,
    {
      query: constants(floats([batch, 4, tokens, headDim], 92)),
      key: constants(floats(vectors, 93)),
      value: constants(floats(vectors, 94)),
      keys: bytes([batch, 2, 8, headDim], 95),
      keyScales: scales(96),
      values: bytes([batch, 2, 8, headDim], 97),
      valueScales: scales(98),
      positions: integers(tokens === 1 ? [3, 6] : [3, 4, 5], [batch, tokens]),
    },
    ({ query, key, value, keys, keyScales, values, valueScales, positions }) => {
      const next = ops.quantizedCachedAttention({
        ...{ query: query!, key: key!, value: value!, positions: positions! },
        keys: { codes: keys!, scales: keyScales! },
        values: { codes: values!, scales: valueScales! },
        ...options,
      });
      return {
        output: next.output,
        keys: asFloats(next.keys, 4),
        values: asFloats(next.values, 4),
      };
    },
  );
};

const bytesCases = [
  attentionToBytes(1, 8, {}),
  attentionToBytes(1, 5, { window: 3, softcap: 2 }),
  attentionToBytes(3, 8, { scale: 0.3 }),
  attentionToBytes(3, 8, { slopes: [0.5, 0.25, 0.125, 1] }),
  caseOf(
    "quantizeVectors",
    { vectors: constants(floats([2, 2, 3, 7], 99, [-3, 3])) },
    ({ vectors }) => asFloats(ops.quantizeVectors(vectors!), 3),
  ),
  caseOf(
    "quantizeVectors of zeros",
    { vectors: constants(numbers(new Array(8).fill(0), [1, 1, 2, 4])) },
    ({ vectors }) => asFloats(ops.quantizeVectors(vectors!), 2),
  ),
  caseOf(
    "writeQuantized",
    {
      codes: bytes([2, 1, 4, 3], 100),
      scales: constants(floats([2, 1, 4, 1], 101, [0.005, 0.01])),
      vectors: constants(floats([2, 1, 2, 3], 102)),
      positions: integers([0, 1, 3, 2], [2, 2]),
    },
    ({ codes, scales, vectors, positions }) =>
      asFloats(ops.writeQuantized({ codes: codes!, scales: scales! }, vectors!, positions!), 4),
  ),
];

export const attentionCases: readonly Case[] = [
  ...causalCases,
  ...cacheCases,
  ...attentionToCacheCases,
  ...severalToCacheCases,
  ...bytesCases,
];
