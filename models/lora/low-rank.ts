/** Sums of a matrix and a product of narrow ones, outside any graph. */

/**
 * `weight + scale b a`.
 * @param b `[outputs, rank]`.
 * @param a `[rank, inputs]`.
 */
export function addProduct(
  weight: Float32Array,
  b: Float32Array,
  a: Float32Array,
  rank: number,
  scale: number,
): Float32Array {
  const inputs = a.length / rank;
  const sum = weight.slice();
  const row = new Float64Array(inputs);
  for (let output = 0; output < b.length / rank; output++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = scale * b[output * rank + k]!;
      for (let i = 0; i < inputs; i++) row[i] = row[i]! + factor * a[k * inputs + i]!;
    }
    for (let i = 0; i < inputs; i++) {
      sum[output * inputs + i] = weight[output * inputs + i]! + row[i]!;
    }
  }
  return sum;
}

/** Euclidean length of each row. @param columns numbers in a row. */
export function rowLengths(matrix: Float32Array, columns: number): Float32Array {
  return Float32Array.from({ length: matrix.length / columns }, (_, row) => {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += matrix[i]! * matrix[i]!;
    return Math.sqrt(sum);
  });
}
