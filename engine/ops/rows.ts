/** A tensor `[..., width]` seen as a matrix of rows, and products of its rows that give gradients. */
import { sizeOf, type Value } from "../graph/index.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./shapes.ts";

/** `[..., width]` as `[rows, width]`: the same memory. */
export function asRows(value: Value): Value {
  const width = value.shape[value.shape.length - 1]!;
  return reshape(value, [sizeOf(value.shape) / width, width]);
}

/** The product of every row with one vector: `[..., width]` by `[width]` gives `[..., 1]`. */
export function rowProducts(value: Value, vector: Value): Value {
  const products = matmul(asRows(value), reshape(vector, [vector.shape[0]!, 1]));
  return reshape(products, [...value.shape.slice(0, -1), 1]);
}

/** The sum of the rows, each times its weight: `[..., width]` by `[..., 1]` gives `[width]`. */
export function weightedRowSum(value: Value, weights: Value): Value {
  const rows = asRows(value);
  const row = reshape(weights, [1, rows.shape[0]!]);
  return reshape(matmul(row, rows), [rows.shape[1]!]);
}
