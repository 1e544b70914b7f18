/**
 * The backward pass of causal attention, block by block. With `P` the weights, `O` the output and a
 * leading `d` for gradients: `dV = Pᵀ dO`, `dP = dO Vᵀ`, `dS = P (dP - rowsum(dP P))`, `dQ = dS K` and
 * `dK = dSᵀ Q`, where `rowsum(dP P) = rowsum(dO O)`, which is far smaller (Dao et al., 2022).
 */
import type { Value } from "../graph/index.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import {
  type AttentionAttributes,
  type AttentionBlock,
  attentionBlocks,
  groupedRows,
  headRanges,
  headsOf,
} from "./attention-blocks.ts";
import { sum } from "./broadcast.ts";
import { square, tanh } from "./functions.ts";
import { matmul } from "./matmul.ts";
import { concat, pad, reshape, slice } from "./shapes.ts";

export interface AttentionGradientOperands {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly output: Value;
  /** Of each range of heads and block, as the forward pass made them. */
  readonly weights: readonly Value[];
  /** Of the loss by the output. */
  readonly gradient: Value;
}

export interface AttentionGradients {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

export function attentionGradient(
  operands: AttentionGradientOperands,
  attributes: AttentionAttributes,
): AttentionGradients {
  const { query, key, value, output, weights, gradient } = operands;
  const kv = key.shape[1]!;
  const ranges = headRanges(kv, attributes.headsAtOnce);
  const blocks = weights.length / ranges.length;
  const parts = ranges.map((range, i) => {
    const part = (each: Value) => headsOf(each, kv, range);
    return gradientOfHeads(
      {
        query: part(query),
        key: part(key),
        value: part(value),
        output: part(output),
        gradient: part(gradient),
        weights: weights.slice(i * blocks, (i + 1) * blocks),
      },
      attributes,
    );
  });
  const joined = (name: keyof AttentionGradients) =>
    concat(
      parts.map((part) => part[name]),
      1,
    );
  return { query: joined("query"), key: joined("key"), value: joined("value") };
}

function gradientOfHeads(
  operands: AttentionGradientOperands,
  attributes: AttentionAttributes,
): AttentionGradients {
  const sequenceLength = operands.query.shape[2]!;
  const blocks = attentionBlocks(sequenceLength, attributes.window, attributes.blockSize);
  const rowSums = sum(multiply(operands.gradient, operands.output), [-1], true);
  const parts = blocks.map((block, i) =>
    blockGradient(operands, operands.weights[i]!, rowSums, block, attributes),
  );
  return {
    query: concat(
      parts.map((part) => part.query),
      2,
    ),
    key: sumOverBlocks(
      parts.map((part) => part.key),
      blocks,
    ),
    value: sumOverBlocks(
      parts.map((part) => part.value),
      blocks,
    ),
  };
}

/** The sum of parts that lie at their block's keys; the sum so far grows with the blocks' ends. */
function sumOverBlocks(parts: readonly Value[], blocks: readonly AttentionBlock[]): Value {
  return parts.reduce((total, part, i) => {
    const { from, end } = blocks[i]!;
    return add(pad(total, 2, 0, end - blocks[i - 1]!.end), pad(part, 2, from, 0));
  });
}

function blockGradient(
  { query, key, value, gradient }: AttentionGradientOperands,
  weights: Value,
  rowSums: Value,
  block: AttentionBlock,
  attributes: AttentionAttributes,
): AttentionGradients {
  const { start, end, from } = block;
  const [batch, heads, , width] = query.shape as [number, number, number, number];
  const kv = key.shape[1]!;
  const rows = groupedRows(query, kv, block);
  const keys = slice(key, 2, from, end);
  const ofRows = groupedRows(gradient, kv, block);
  const ofWeights = matmul(ofRows, slice(value, 2, from, end), { transposeB: true });
  const centred = subtract(ofWeights, groupedRows(rowSums, kv, block));
  const ofScores = beforeSoftcap(multiply(weights, centred), rows, keys, attributes);
  const { scale } = attributes;
  return {
    query: reshape(matmul(ofScores, keys, { scale }), [batch, heads, end - start, width]),
    key: matmul(ofScores, rows, { transposeA: true, scale }),
    value: matmul(weights, ofRows, { transposeA: true }),
  };
}

/** The scores are computed again here: only the masked ones are kept, and only as weights. */
function beforeSoftcap(
  gradient: Value,
  rows: Value,
  keys: Value,
  { scale, softcap }: AttentionAttributes,
): Value {
  if (softcap === 0) return gradient;
  const scores = matmul(rows, keys, { transposeB: true, scale: scale / softcap });
  return multiply(gradient, subtract(1, square(tanh(scores))));
}
