/** Arithmetic of embeddings. */

/** The cosine of two vectors, -1 to 1; 0 where one is nothing. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    squareA += a[i]! ** 2;
    squareB += b[i]! ** 2;
  }
  const length = Math.sqrt(squareA * squareB);
  return length === 0 ? 0 : product / length;
}

/** Of unit length; as it is where it is nothing. */
export function unitVector(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
