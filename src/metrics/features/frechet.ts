/**
 * The Fréchet distance of two sets of features taken for normal distributions (Heusel et al. 2017,
 * arXiv 1706.08500): |m - n|^2 + tr(C + D - 2 (C D)^(1/2)), with means and covariances as numpy's `cov`.
 *
 * No square root of a matrix is taken. C D has the eigenvalues of a symmetric matrix: with centred
 * features A and B as rows, those of (A B^T)(A B^T)^T, which is small where there are few drawings; else
 * those of L^T D L, with C = L L^T.
 */
import { MetricError } from "../errors.ts";
import { symmetricEigenvalues } from "./symmetric-eigenvalues.ts";

/** Of pictures, one vector each, all of one length. */
export type Features = readonly Float32Array[];

/**
 * @param real `[n][d]` and `made` `[m][d]`.
 * @throws MetricError for less than two of either, or features of different lengths.
 */
export function frechetDistance(real: Features, made: Features): number {
  const [a, b] = [centred(real), centred(made)];
  if (a.width !== b.width) {
    throw new MetricError(`features of ${a.width} and ${b.width} values cannot be compared`);
  }
  let apart = 0;
  for (let i = 0; i < a.width; i++) apart += (a.mean[i]! - b.mean[i]!) ** 2;
  const few = Math.min(a.count, b.count) <= a.width;
  return apart + a.trace + b.trace - 2 * (few ? ofProducts(a, b) : ofCovariances(a, b));
}

interface Centred {
  readonly count: number;
  readonly width: number;
  readonly mean: Float64Array;
  /** `[count * width]`, divided by the root of `count - 1`. */
  readonly rows: Float64Array;
  /** Of the covariance. */
  readonly trace: number;
}

function centred(features: Features): Centred {
  const count = features.length;
  const width = features[0]?.length ?? 0;
  if (count < 2) throw new MetricError(`${count} drawings: a covariance needs two or more`);
  const mean = new Float64Array(width);
  for (const row of features) {
    if (row.length !== width)
      throw new MetricError(`features of ${width} and ${row.length} values`);
    for (let i = 0; i < width; i++) mean[i]! += row[i]! / count;
  }
  const rows = new Float64Array(count * width);
  const divisor = Math.sqrt(count - 1);
  let trace = 0;
  for (const [index, row] of features.entries()) {
    for (let i = 0; i < width; i++) {
      const value = (row[i]! - mean[i]!) / divisor;
      rows[index * width + i] = value;
      trace += value * value;
    }
  }
  return { count, width, mean, rows, trace };
}

/** tr (C D)^(1/2), of the products of the rows. */
function ofProducts(one: Centred, other: Centred): number {
  const [a, b] = one.count <= other.count ? [one, other] : [other, one];
  const products = rowProducts(a.rows, b.rows, a.count, b.count, a.width);
  return rootSum(rowProducts(products, products, a.count, a.count, b.count), a.count);
}

function ofCovariances(a: Centred, b: Centred): number {
  const n = a.width;
  const lower = cholesky(covariance(a), n);
  const [columns, other] = [transposed(lower, n), covariance(b)];
  // L^T D L, whose rows are the columns of L.
  const half = rowProducts(columns, other, n, n, n);
  return rootSum(rowProducts(half, columns, n, n, n), n);
}

function rootSum(matrix: Float64Array, n: number): number {
  return symmetricEigenvalues(matrix, n).reduce(
    (sum, value) => sum + Math.sqrt(Math.max(0, value)),
    0,
  );
}

function covariance({ rows, count, width }: Centred): Float64Array {
  const across = new Float64Array(width * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) across[j * count + i] = rows[i * width + j]!;
  }
  return rowProducts(across, across, width, width, count);
}

/** `[n * m]`: the product of each of n rows with each of m, all of length `width`. */
function rowProducts(a: Float64Array, b: Float64Array, n: number, m: number, width: number) {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += a[i * width + k]! * b[j * width + k]!;
      out[i * m + j] = sum;
    }
  }
  return out;
}

/** The lower L of C = L L^T; columns along which C has nothing are left empty. */
function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, matrix[i * n + i]!);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i > j) {
        const pivot = lower[j * n + j]!;
        lower[i * n + j] = pivot === 0 ? 0 : sum / pivot;
      } else if (sum > n * Number.EPSILON * largest) lower[j * n + j] = Math.sqrt(sum);
    }
  }
  return lower;
}

function transposed(matrix: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) out[j * n + i] = matrix[i * n + j]!;
  }
  return out;
}
