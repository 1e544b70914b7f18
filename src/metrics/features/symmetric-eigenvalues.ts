/**
 * The eigenvalues of a symmetric matrix: Householder's reduction to three diagonals, then QL steps with
 * implicit shifts (Golub and Van Loan, Matrix Computations, 8.3). No vectors are made.
 */
import { MetricError } from "../errors.ts";

const mostSteps = 60;

/**
 * @param matrix `[n * n]`, symmetric, row by row; it is used up.
 * @returns `[n]`, in no order.
 * @throws MetricError where it does not converge, as of values that are no numbers.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, beside } = tridiagonal(matrix, n);
  return eigenvaluesOf(diagonal, beside);
}

/** @returns the diagonal `[n]`, and what stands below it, `[n]` with a last zero. */
function tridiagonal(a: Float64Array, n: number) {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k + 1 < n; k++) {
    // Reflects column k below the diagonal onto its first entry; the rest of the matrix follows.
    let scale = 0;
    for (let i = k + 1; i < n; i++) scale = Math.max(scale, Math.abs(a[i * n + k]!));
    let square = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = scale === 0 ? 0 : a[i * n + k]! / scale;
      square += v[i]! ** 2;
    }
    const length = Math.sqrt(square);
    const first = v[k + 1]!;
    const sign = first < 0 ? -1 : 1;
    beside[k] = -sign * length * scale;
    v[k + 1] = first + sign * length;
    const half = length * (length + Math.abs(first));
    if (half === 0) continue;
    let along = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!;
      w[i] = sum / half;
      along += w[i]! * v[i]!;
    }
    const back = along / (2 * half);
    for (let i = k + 1; i < n; i++) w[i]! -= back * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const [vi, wi] = [v[i]!, w[i]!];
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= vi * w[j]! + wi * v[j]!;
    }
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
  return { diagonal, beside };
}

function eigenvaluesOf(d: Float64Array, e: Float64Array): Float64Array {
  const n = d.length;
  for (let low = 0; low < n; low++) {
    for (let step = 0; ; step++) {
      let m = low;
      // Entries that no longer count split the matrix.
      for (; m + 1 < n; m++) {
        const near = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Number.EPSILON * near) break;
      }
      if (m === low) break;
      if (step === mostSteps) throw new MetricError("the eigenvalues do not converge");
      shiftedStep(d, e, low, m);
    }
  }
  return d;
}

/** One QL step on the block from `low` to `m`. */
function shiftedStep(d: Float64Array, e: Float64Array, low: number, m: number): void {
  const slope = (d[low + 1]! - d[low]!) / (2 * e[low]!);
  const root = Math.hypot(slope, 1);
  let g = d[m]! - d[low]! + e[low]! / (slope + (slope < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = m - 1; i >= low; i--) {
    const [f, b] = [sine * e[i]!, cosine * e[i]!];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= shift;
      e[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1]! - shift;
    const turn = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * turn;
    d[i + 1] = g + shift;
    g = cosine * turn - b;
  }
  d[low]! -= shift;
  e[low] = g;
  e[m] = 0;
}
