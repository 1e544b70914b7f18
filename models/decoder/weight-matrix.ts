/** A matrix of the decoder in a graph: float32, or kept in fewer bits. */
import { ops, type Value } from "../../engine/index.ts";

export type WeightMatrix = Value | ops.QuantizedMatrix;

export function isQuantized(matrix: WeightMatrix): matrix is ops.QuantizedMatrix {
  return "codes" in matrix;
}

/** `x [..., inputs]` by a matrix `[outputs, inputs]` gives `[..., outputs]`. */
export function project(x: Value, matrix: WeightMatrix, bias: Value | null = null): Value {
  if (!isQuantized(matrix)) return ops.linear(x, matrix, bias);
  const product = ops.quantizedMatmul(x, matrix, { transpose: true });
  return bias === null ? product : ops.add(product, bias);
}

/** Rows by id: `ids` int32 `[...]` gives `[..., columns]`. */
export function rowsById(matrix: WeightMatrix, ids: Value): Value {
  return isQuantized(matrix) ? ops.quantizedEmbedding(matrix, ids) : ops.embedding(matrix, ids);
}

/** The matrix as float32, whole: for what is made of all its numbers, and of one matrix at a time. */
export function asFloat32(matrix: WeightMatrix): Value {
  return isQuantized(matrix) ? ops.dequantize(matrix) : matrix;
}
