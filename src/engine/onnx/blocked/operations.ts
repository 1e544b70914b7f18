/**
 * Matrices in the layout of the runtime's convolution kernels, and products of them.
 *
 * A matrix `[rows, columns]` is kept in blocks of columns: `[columns / block, rows, block]`, where
 * `block` is as many floats as a vector register of the processor holds. It is how the runtime keeps
 * the channels of pictures, so a blocked matrix has the type of a picture, `[1, columns, lines,
 * rows / lines]`. In this layout a convolution of one pixel is a product of matrices, and a blocked
 * second operand is what its kernel wants of a filter: nothing is packed for the product, and its
 * result is blocked again.
 */
import type { Operation, Shape, TensorType, Value } from "../../graph/index.ts";

/** Columns of a blocked matrix are a multiple of this, whatever the processor's block. */
export const columnMultiple = 16;

/** The kernel divides its work by lines, too. */
const lines = 8;

export function blockedShape(rows: number, columns: number): Shape {
  return rows % lines === 0 ? [1, columns, lines, rows / lines] : [1, columns, 1, rows];
}

const float32 = (shape: Shape): TensorType => ({ dtype: "float32", shape });

const rowsOf = ([, , height, width]: Shape): number => height! * width!;

type Turned = { readonly transposed: boolean };

const toBlocksOperation: Operation<Turned> = {
  name: "toBlocks",
  infer: ([matrix], { transposed }) => {
    const [rows, columns] = matrix!.shape as [number, number];
    return [float32(transposed ? blockedShape(columns, rows) : blockedShape(rows, columns))];
  },
  flops: () => 0,
};

const fromBlocksOperation: Operation<Turned> = {
  name: "fromBlocks",
  infer: ([blocks], { transposed }) => {
    const [rows, columns] = [rowsOf(blocks!.shape), blocks!.shape[1]!];
    return [float32(transposed ? [columns, rows] : [rows, columns])];
  },
  flops: () => 0,
};

const blockedMatmulOperation: Operation = {
  name: "blockedMatmul",
  infer: ([a, b]) => {
    const [, , height, width] = a!.shape;
    return [float32([1, b!.shape[1]!, height!, width!])];
  },
  flops: ([a], [output]) => 2 * a!.shape[1]! * output!.shape[1]! * rowsOf(output!.shape),
};

const blockedColumnSumsOperation: Operation = {
  name: "blockedColumnSums",
  infer: ([blocks]) => [float32([blocks!.shape[1]!])],
};

/** The matrix `[rows, columns]`, or its transpose, in blocks. */
export const toBlocks = (matrix: Value, transposed: boolean): Value =>
  matrix.graph.add(toBlocksOperation, [matrix], { transposed })[0]!;

/** The matrix, or its transpose, from blocks. */
export const fromBlocks = (blocks: Value, transposed: boolean): Value =>
  blocks.graph.add(fromBlocksOperation, [blocks], { transposed })[0]!;

/** `[m, k]` by `[k, n]`, both blocked, gives `[m, n]`, blocked; `bias [n]` is added to each row. */
export const blockedMatmul = (a: Value, b: Value, bias: Value | null): Value =>
  a.graph.add(blockedMatmulOperation, bias === null ? [a, b] : [a, b, bias], {})[0]!;

/** Sums over the rows: `[columns]`. */
export const blockedColumnSums = (blocks: Value): Value =>
  blocks.graph.add(blockedColumnSumsOperation, [blocks], {})[0]!;
