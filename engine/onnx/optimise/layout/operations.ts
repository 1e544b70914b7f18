/**
 * Matrices in the layout of the runtime's convolution kernels, and products of them.
 *
 * A matrix `[rows, columns]` is kept in blocks of columns: `[columns / block, rows, block]`, where
 * `block` is as many floats as a vector register of the processor holds. It is how the runtime keeps
 * the channels of pictures, so a blocked matrix has the type of a picture, `[1, columns, lines,
 * rows / lines]`. In this layout a convolution of one pixel is a product of matrices, and a blocked
 * second operand is what its kernel wants of a filter: nothing is packed for the product, and its
 * result is blocked again. Rows and columns are multiples of {@link sideMultiple}.
 */
import type { Operation, Shape, TensorType, Value } from "../../../graph/index.ts";

/** No processor's block is larger. */
export const sideMultiple = 16;

/** The kernel divides its work between threads by lines, too. */
const lines = 8;

const blockedShape = (rows: number, columns: number): Shape => [1, columns, lines, rows / lines];

const float32 = (shape: Shape): TensorType => ({ dtype: "float32", shape });

/** Rows and columns of a matrix, by the type of its blocks. */
function sidesOf({ shape }: TensorType): [number, number] {
  const [, columns, height, width] = shape as [number, number, number, number];
  return [height * width, columns];
}

type Turned = { readonly transposed: boolean };
type Headed = { readonly heads: number };

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
    const [rows, columns] = sidesOf(blocks!);
    return [float32(transposed ? [columns, rows] : [rows, columns])];
  },
  flops: () => 0,
};

const headsToBlocksOperation: Operation = {
  name: "headsToBlocks",
  infer: ([heads]) => {
    const [count, rows, width] = heads!.shape as [number, number, number];
    return [float32(blockedShape(rows, count * width))];
  },
  flops: () => 0,
};

const headsFromBlocksOperation: Operation<Headed> = {
  name: "headsFromBlocks",
  infer: ([blocks], { heads }) => {
    const [rows, columns] = sidesOf(blocks!);
    return [float32([heads, rows, columns / heads])];
  },
  flops: () => 0,
};

const blockedMatmulOperation: Operation = {
  name: "blockedMatmul",
  infer: ([a, b]) => [float32(blockedShape(sidesOf(a!)[0], sidesOf(b!)[1]))],
  flops: ([a, b]) => 2 * sidesOf(a!)[0] * sidesOf(a!)[1] * sidesOf(b!)[1],
};

const blockedColumnSumsOperation: Operation = {
  name: "blockedColumnSums",
  infer: ([blocks]) => [float32([sidesOf(blocks!)[1]])],
};

/** The matrix `[rows, columns]`, or its transpose, in blocks. */
export const toBlocks = (matrix: Value, transposed: boolean): Value =>
  matrix.graph.add(toBlocksOperation, [matrix], { transposed })[0]!;

/** The matrix, or its transpose, from blocks. */
export const fromBlocks = (blocks: Value, transposed: boolean): Value =>
  blocks.graph.add(fromBlocksOperation, [blocks], { transposed })[0]!;

/** `[heads, rows, width]` gives the blocks of `[rows, heads * width]`; the width is such a multiple, too. */
export const headsToBlocks = (heads: Value): Value =>
  heads.graph.add(headsToBlocksOperation, [heads], {})[0]!;

/** The columns of a blocked matrix, head by head: `[heads, rows, columns / heads]`. */
export const headsFromBlocks = (blocks: Value, heads: number): Value =>
  blocks.graph.add(headsFromBlocksOperation, [blocks], { heads })[0]!;

/** `[m, k]` by `[k, n]`, both blocked, gives `[m, n]`, blocked; `bias [n]` is added to each row. */
export const blockedMatmul = (a: Value, b: Value, bias: Value | null): Value =>
  a.graph.add(blockedMatmulOperation, bias === null ? [a, b] : [a, b, bias], {})[0]!;

/** Sums over the rows: `[columns]`. */
export const blockedColumnSums = (blocks: Value): Value =>
  blocks.graph.add(blockedColumnSumsOperation, [blocks], {})[0]!;
