/** Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations. */

/** @returns values, largest first, and the vector of each. */
export function symmetricEigen(matrix: readonly (readonly number[])[]): {
  readonly values: number[];
  readonly vectors: number[][];
} {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const vectors = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  const maxSweeps = 60;
  for (let sweep = 0; sweep < maxSweeps && !isDiagonal(a); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, vectors, p, q);
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return {
    values: order.map((i) => a[i]![i]!),
    vectors: order.map((i) => vectors.map((row) => row[i]!)),
  };
}

function isDiagonal(a: readonly (readonly number[])[]): boolean {
  const scale = Math.max(...a.map((row, i) => Math.abs(row[i]!)));
  return a.every((row, i) => row.every((value, j) => i === j || Math.abs(value) <= 1e-14 * scale));
}

/** Turns the plane of `p` and `q` so that their common element becomes zero. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  const common = a[p]![q]!;
  if (common === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * common);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (const row of [...a, ...vectors]) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  }
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[p]![i]!, a[q]![i]!];
    a[p]![i] = cosine * x - sine * y;
    a[q]![i] = sine * x + cosine * y;
  }
}
