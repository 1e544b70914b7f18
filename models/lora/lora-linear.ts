/** What an adapter adds to a linear layer, in a graph. */
import { ops, type Value } from "../../engine/index.ts";
import type { Dropout } from "../decoder/dropout.ts";
import { asFloat32, project, rowsById, type WeightMatrix } from "../decoder/weight-matrix.ts";
import type { Addition } from "../decoder/weights.ts";

/** An adapter's values for one linear layer. */
export interface LoraTerm {
  /** `[rank, inputs]`. */
  readonly a: Value;
  /** `[outputs, rank]`. */
  readonly b: Value;
  /** `[outputs]`: lengths of the matrix's rows (DoRA); null for plain LoRA. */
  readonly magnitude: Value | null;
  readonly scale: number;
  /** Of the inputs of `a`; null where nothing is dropped. */
  readonly dropout: Dropout | null;
}

/** What the decoder adds at the linear layer, or the table of embeddings, that the term is of. */
export function loraAddition(term: LoraTerm): Addition {
  return {
    toLinear: (x, weight) => loraDifference(x, weight, term),
    toRows: (ids, table) => loraRows(ids, table, term),
  };
}

/**
 * The difference that the adapter makes to `x weightᵀ`: `[..., outputs]`.
 * @param x `[..., inputs]`.
 */
function loraDifference(x: Value, weight: WeightMatrix, term: LoraTerm): Value {
  const input = term.dropout === null ? x : term.dropout(x);
  const product = ops.linear(ops.linear(input, term.a), term.b);
  const difference = term.scale === 1 ? product : ops.multiply(product, term.scale);
  if (term.magnitude === null) return difference;
  const factor = ops.divide(term.magnitude, rowLength(weight, term));
  const straight = ops.multiply(project(input, weight), ops.subtract(factor, 1));
  return ops.add(straight, ops.multiply(difference, factor));
}

/**
 * The difference that the adapter makes to the rows of the table of embeddings: `[..., channels]`. There
 * is no dropout, as in PEFT.
 * @param ids int32 `[...]`.
 * @param table `[tokens, channels]`.
 */
function loraRows(ids: Value, table: WeightMatrix, { a, b, ...term }: LoraTerm): Value {
  const product = ops.linear(ops.embedding(ops.transpose(a, [1, 0]), ids), b);
  const difference = term.scale === 1 ? product : ops.multiply(product, term.scale);
  if (term.magnitude === null) return difference;
  const { scale } = term;
  const adapted = ops.add(asFloat32(table), ops.transpose(ops.matmul(b, a, { scale }), [1, 0]));
  const lengths = ops.detach(ops.sqrt(ops.sum(ops.square(adapted), [0])));
  const factor = ops.divide(term.magnitude, lengths);
  const straight = ops.multiply(rowsById(table, ids), ops.subtract(factor, 1));
  return ops.add(straight, ops.multiply(difference, factor));
}

/**
 * Lengths of the adapted matrix's rows, `[outputs]`. They are taken as given in the backward pass,
 * as the paper proposes (section 4.3).
 */
function rowLength(weight: WeightMatrix, { a, b, scale }: LoraTerm): Value {
  const adapted = ops.add(asFloat32(weight), ops.matmul(b, a, { scale }));
  return ops.detach(ops.sqrt(ops.sum(ops.square(adapted), [1])));
}
