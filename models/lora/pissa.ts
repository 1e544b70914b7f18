/**
 * The largest singular directions of a matrix, by subspace iteration (Halko, Martinsson and Tropp
 * 2011, arXiv 0909.4061): products with the matrix, and a small symmetric eigenproblem.
 */
import { normalPair } from "../decoder/random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** Directions carried along beside those wanted, and rounds; more are more exact. */
const oversampling = 8;
const rounds = 12;

/** A matrix by columns. */
type Columns = Float64Array[];

/**
 * `b a` times `scale` is the best approximation of that rank, half of each singular value in each.
 * @param matrix `[rows, columns]`.
 */
export function principalPart(
  matrix: Float32Array,
  rows: number,
  columns: number,
  rank: number,
  scale: number,
  random: () => number,
): { readonly a: Float32Array; readonly b: Float32Array } {
  const count = Math.min(rank + oversampling, rows, columns);
  let basis: Columns = Array.from({ length: count }, () =>
    Float64Array.from({ length: rows }, () => normalPair(random)[0]),
  );
  for (let round = 0; round < rounds; round++) {
    orthonormalise(basis);
    basis = basis.map((column) =>
      times(matrix, rows, columns, transposeTimes(matrix, rows, columns, column)),
    );
  }
  orthonormalise(basis);
  const projected = basis.map((column) => transposeTimes(matrix, rows, columns, column));
  const { values, vectors } = symmetricEigen(projected.map((x) => projected.map((y) => dot(x, y))));
  const a = new Float32Array(rank * columns);
  const b = new Float32Array(rows * rank);
  for (let k = 0; k < Math.min(rank, count); k++) {
    const singular = Math.sqrt(Math.max(values[k]!, 0));
    const half = Math.sqrt(singular / scale);
    const left = mix(basis, vectors[k]!);
    const right = mix(projected, vectors[k]!);
    for (let i = 0; i < rows; i++) b[i * rank + k] = left[i]! * half;
    for (let i = 0; i < columns; i++) {
      a[k * columns + i] = singular === 0 ? 0 : (right[i]! / singular) * half;
    }
  }
  return { a, b };
}

/** Modified Gram-Schmidt, in place. */
function orthonormalise(columns: Columns): void {
  for (const [i, column] of columns.entries()) {
    for (const before of columns.slice(0, i)) {
      const overlap = dot(before, column);
      for (let j = 0; j < column.length; j++) column[j] = column[j]! - overlap * before[j]!;
    }
    const length = Math.sqrt(dot(column, column));
    for (let j = 0; j < column.length; j++) column[j] = length === 0 ? 0 : column[j]! / length;
  }
}

function times(matrix: Float32Array, rows: number, columns: number, x: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += matrix[row * columns + i]! * x[i]!;
    return sum;
  });
}

function transposeTimes(
  matrix: Float32Array,
  rows: number,
  columns: number,
  x: Float64Array,
): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const factor = x[row]!;
    for (let i = 0; i < columns; i++) sums[i] = sums[i]! + factor * matrix[row * columns + i]!;
  }
  return sums;
}

function mix(columns: Columns, weights: readonly number[]): Float64Array {
  const sum = new Float64Array(columns[0]!.length);
  for (const [i, column] of columns.entries()) {
    for (let j = 0; j < sum.length; j++) sum[j] = sum[j]! + weights[i]! * column[j]!;
  }
  return sum;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
