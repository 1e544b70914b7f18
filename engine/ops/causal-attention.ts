/**
 * Scaled dot-product attention (Vaswani et al., 2017) in which a position sees itself and what was
 * before it, with grouped queries (Ainslie et al., 2023), packed segments, sliding windows, soft
 * capping of the scores and linear biases by distance. The queries of a group are rows of one product
 * with their shared keys, so keys and values are never repeated. Further outputs are for the backward
 * pass: the logarithms of the rows' sums, and the attention weights, one for each block of queries of
 * each range of heads. An engine needs one of the two.
 */
import {
  describeType,
  GraphError,
  type Operation,
  sameShape,
  type TensorType,
  type Value,
} from "../graph/index.ts";
import { add } from "./arithmetic.ts";
import {
  type AttentionAttributes,
  type AttentionBlock,
  attentionBlocks,
  attentionMask,
  attentionShifts,
  attentionSlopes,
  groupedRows,
  headRanges,
  headsOf,
} from "./attention-blocks.ts";
import { causalAttentionGradient } from "./causal-attention-gradient.ts";
import { matmul } from "./matmul.ts";
import { concat, reshape, slice } from "./shapes.ts";
import { softcap } from "./softcap.ts";
import { logSumExp, softmax } from "./softmax.ts";

const attentionOperation: Operation<AttentionAttributes> = {
  name: "causalAttention",
  infer([query, key, value, segments], { window, blockSize, headsAtOnce }) {
    check(query!, key!, value!, segments);
    const [batch, heads, sequenceLength] = query!.shape as [number, number, number];
    const kv = key!.shape[1]!;
    const blocks = attentionBlocks(sequenceLength, window, blockSize);
    const weights = headRanges(kv, headsAtOnce).flatMap((range) =>
      blocks.map(({ start, end, from }): TensorType => {
        const rows = (heads / kv) * (end - start);
        return { dtype: "float32", shape: [batch, range.end - range.first, rows, end - from] };
      }),
    );
    const logSums: TensorType = { dtype: "float32", shape: query!.shape.slice(0, -1) };
    return [query!, logSums, ...weights];
  },
  expand([query, key, value, segments], attributes) {
    const kv = key!.shape[1]!;
    const results = headRanges(kv, attributes.headsAtOnce).map((range) => {
      const [q, k, v] = [query!, key!, value!].map((each) => headsOf(each, kv, range));
      const group = query!.shape[1]! / kv;
      const slopes = attributes.slopes.slice(range.first * group, range.end * group);
      return attendBlocks(q!, k!, v!, segments, { ...attributes, slopes });
    });
    const joined = (name: "output" | "logSums") =>
      concat(
        results.map((result) => result[name]),
        1,
      );
    return [joined("output"), joined("logSums"), ...results.flatMap((result) => result.weights)];
  },
  gradient({ inputs, outputs, attributes, outputGradients, needed }) {
    const [query, key, value, segments] = inputs as [Value, Value, Value, Value?];
    const [gradient, ...ofOthers] = outputGradients;
    if (gradient === null || gradient === undefined || ofOthers.some((each) => each !== null)) {
      throw new GraphError("causalAttention: its weights are for its own gradient, not for a loss");
    }
    const [output, logSums, ...weights] = outputs as [Value, Value, ...Value[]];
    const operands = { query, key, value, output, logSums, gradient, weights };
    const gradients = causalAttentionGradient({ ...operands, segments }, attributes);
    return [gradients.query, gradients.key, gradients.value, null]
      .slice(0, inputs.length)
      .map((result, i) => (needed[i] ? result : null));
  },
};

function check(
  query: TensorType,
  key: TensorType,
  value: TensorType,
  segments: TensorType | undefined,
): void {
  const [batch, heads, sequenceLength, width] = query.shape;
  const kv = key.shape[1];
  const types = [query, key, value].map(describeType).join(", ");
  const fits =
    [query, key, value].every((type) => type.dtype === "float32" && type.shape.length === 4) &&
    sameShape(key.shape, [batch!, kv!, sequenceLength!, width!]) &&
    sameShape(value.shape, key.shape);
  if (!fits) {
    throw new GraphError(
      `causalAttention: needs query [batch, heads, sequence, headDim] and key, value [batch, kvHeads, sequence, headDim], got ${types}`,
    );
  }
  if (heads! % kv! !== 0) {
    throw new GraphError(
      `causalAttention: ${heads} query heads do not divide into groups for ${kv} key heads`,
    );
  }
  const segmentsFit =
    segments === undefined ||
    (segments.dtype === "int32" && sameShape(segments.shape, [batch!, sequenceLength!]));
  if (!segmentsFit) {
    throw new GraphError(
      `causalAttention: needs segments int32[${batch}, ${sequenceLength}], got ${describeType(segments)}`,
    );
  }
}

/** What is made of a block of queries, or of all of them. */
interface Attended<Weights> {
  readonly output: Value;
  /** Logarithm of the sum of the scores' powers: `[batch, heads, queries]`. */
  readonly logSums: Value;
  readonly weights: Weights;
}

function attendBlocks(
  query: Value,
  key: Value,
  value: Value,
  segments: Value | undefined,
  attributes: AttentionAttributes,
): Attended<readonly Value[]> {
  const blocks = attentionBlocks(query.shape[2]!, attributes.window, attributes.blockSize);
  const results = blocks.map((block) =>
    attendBlock(query, key, value, segments, block, attributes),
  );
  const joined = (name: "output" | "logSums") =>
    concat(
      results.map((result) => result[name]),
      2,
    );
  return {
    output: joined("output"),
    logSums: joined("logSums"),
    weights: results.map((result) => result.weights),
  };
}

function attendBlock(
  query: Value,
  key: Value,
  value: Value,
  segments: Value | undefined,
  block: AttentionBlock,
  attributes: AttentionAttributes,
): Attended<Value> {
  const [batch, heads, , width] = query.shape as [number, number, number, number];
  const kv = key.shape[1]!;
  const { start, end, from } = block;
  const rows = groupedRows(query, kv, block);
  const scores = attentionScores(rows, slice(key, 2, from, end), attributes);
  const mask = attentionMask(query, segments, block, attributes.window);
  const grouped = reshape(scores, [batch, kv, heads / kv, end - start, end - from]);
  const { slopes } = attributes;
  const distanced =
    slopes.length === 0 ? grouped : add(grouped, attentionSlopes(query, slopes, kv, block));
  const masked = add(distanced, mask);
  const weights = reshape(softmax(masked), scores.shape);
  const output = matmul(weights, slice(value, 2, from, end));
  const sums = logSumExp(masked);
  const shifted = slopes.length === 0 ? sums : add(sums, attentionShifts(query, slopes, kv, block));
  return {
    output: reshape(output, [batch, heads, end - start, width]),
    logSums: reshape(shifted, [batch, heads, end - start]),
    weights,
  };
}

/** Before the mask. */
function attentionScores(
  rows: Value,
  keys: Value,
  { scale, softcap: cap }: AttentionAttributes,
): Value {
  const scores = matmul(rows, keys, { transposeB: true, scale });
  return cap === 0 ? scores : softcap(scores, cap);
}

export interface CausalAttentionOptions {
  /** `[batch, heads, sequence, headDim]`. */
  readonly query: Value;
  /** `[batch, kvHeads, sequence, headDim]`; the number of heads is a multiple of these. */
  readonly key: Value;
  readonly value: Value;
  /** int32 `[batch, sequence]`: a position sees only positions of its own segment. */
  readonly segments?: Value;
  /** Multiplies the scores; `1 / sqrt(headDim)` unless given. */
  readonly scale?: number;
  /** How many positions one sees, its own included; all unless given. */
  readonly window?: number;
  /** Limit of the scores' size, see `softcap`. */
  readonly softcap?: number;
  /** One a head: a score falls by the slope for each position between query and key. */
  readonly slopes?: readonly number[];
  /**
   * Queries computed together: smaller skips more of the masked half, larger makes fewer products. A
   * quarter of the time unless given, at least 32 and at most 256: the fastest from 128 to 2,048.
   */
  readonly blockSize?: number;
  /** Heads of keys and values computed together; unless given, as many as give 786,432 scores at once. */
  readonly headsAtOnce?: number;
}

/**
 * Scores of a block that stay in a core's caches with what is made of them. At 2,048 positions of 6
 * heads, forward and backward take a sixth less time a head at a time; eight sequences of 256, whose
 * heads would have to be cut out and put together again, do not.
 */
const scoresAtOnce = 3 * 2 ** 18;

function defaultHeadsAtOnce({ query, key }: CausalAttentionOptions, blockSize: number): number {
  const [batch = 1, heads = 1, sequenceLength = 1] = query.shape;
  const group = Math.max(1, heads / (key.shape[1] ?? 1));
  return Math.max(
    1,
    Math.floor(
      scoresAtOnce / (batch * group * Math.min(blockSize, sequenceLength) * sequenceLength),
    ),
  );
}

/** @returns none where none are given. @throws GraphError when they are not as many as the query's heads. */
export function checkSlopes(
  operation: string,
  slopes: readonly number[] | undefined,
  query: Value,
): readonly number[] {
  const heads = query.shape[1];
  if (slopes === undefined || (slopes.length === heads && slopes.every(Number.isFinite))) {
    return slopes ?? [];
  }
  throw new GraphError(`${operation}: needs ${heads} finite slopes, one a head, got [${slopes}]`);
}

/** Weighted means of the values: `[batch, heads, sequence, headDim]`. */
export function causalAttention(options: CausalAttentionOptions): Value {
  const { query, key, value, segments } = options;
  const inputs = segments === undefined ? [query, key, value] : [query, key, value, segments];
  const quarter = Math.ceil((query.shape[2] ?? 1) / 4);
  const blockSize = options.blockSize ?? Math.min(256, Math.max(32, quarter));
  const attributes = {
    scale: options.scale ?? 1 / Math.sqrt(query.shape[3] ?? 1),
    window: options.window ?? 0,
    softcap: options.softcap ?? 0,
    slopes: checkSlopes("causalAttention", options.slopes, query),
    blockSize,
    headsAtOnce: options.headsAtOnce ?? defaultHeadsAtOnce(options, blockSize),
  };
  for (const name of ["window", "blockSize", "headsAtOnce"] as const) {
    const given = options[name];
    if (given !== undefined && !(Number.isInteger(given) && given > 0)) {
      throw new GraphError(`causalAttention: needs a positive whole ${name}, got ${given}`);
    }
  }
  return query.graph.add(attentionOperation, inputs, attributes)[0]!;
}
