/** A matrix of the decoder in a graph: float32, or kept in fewer bits. */
import { ops, type Value } from "../src/engine/index.ts";

export type WeightMatrix = Value | ops.StoredMatrix;

export function isStored(matrix: WeightMatrix): matrix is ops.StoredMatrix {
  return "codes" in matrix;
}

/** `x [..., inputs]` by a matrix `[outputs, inputs]` gives `[..., outputs]`. */
export function project(x: Value, matrix: WeightMatrix, bias: Value | null = null): Value {
  if (!isStored(matrix)) return ops.linear(x, matrix, bias);
  const product = ops.storedMatmul(x, matrix, { transpose: true });
  return bias === null ? product : ops.add(product, bias);
}

/** Rows by id: `ids` int32 `[...]` gives `[..., columns]`. */
export function rowsById(matrix: WeightMatrix, ids: Value): Value {
  return isStored(matrix) ? ops.storedEmbedding(matrix, ids) : ops.embedding(matrix, ids);
}

/** The matrix as float32, whole: for what is made of all its numbers, and of one matrix at a time. */
export function asFloat32(matrix: WeightMatrix): Value {
  return isStored(matrix) ? ops.dequantise(matrix) : matrix;
}
