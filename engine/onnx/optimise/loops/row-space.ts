/**
 * Operations that keep rows apart. Seen as a matrix of rows, a tensor `[..., width]` can be worked on
 * a few rows at a time by a chain of such operations, which then find their operands in the cache.
 */
import { type Node, sameShape, sizeOf, type Value } from "../../../graph/index.ts";

/** How many rows, and how wide they are; null where a chain has seen only columns. */
export interface RowSpace {
  readonly rows: number;
  readonly width: number;
}

/**
 * What a tensor is to a chain over rows: all of them (`whole`), one number for each (`column`), the
 * same row for each (`row`), one number for all (`scalar`), or a matrix `[width, 1]` by which the rows
 * are multiplied (`vector`).
 */
export type RowRole = "whole" | "column" | "row" | "scalar" | "vector";

/** @returns null when the tensor is none of these to the space's rows. */
export function roleIn({ rows, width }: RowSpace, value: Value): RowRole | null {
  const size = sizeOf(value.shape);
  const last = value.shape[value.shape.length - 1];
  if (size === 1) return "scalar";
  if (size === rows * width && last === width) return "whole";
  if (size === rows && last === 1) return "column";
  if (size === width && last === width) return "row";
  return null;
}

/** The space of a node's results, or null when the node does not keep rows apart. */
export function rowSpaceOf(node: Node): RowSpace | null {
  const name = node.operation.name;
  if (rowwise.has(name)) return wholeSpace(node.inputs[0]!);
  if (name === "reshape") return viewSpace(node);
  if (name === "sum" || name === "max") return reductionSpace(node);
  if (name === "matmul") return productSpace(node);
  return node.operation.elementwise === true ? elementwiseSpace(node) : null;
}

/** Composites that take rows and give rows and columns; further operands are rows. */
const rowwise = new Set(["softmax", "layerNorm", "rmsNorm"]);

function wholeSpace(value: Value): RowSpace | null {
  const width = value.shape[value.shape.length - 1];
  if (width === undefined) return null;
  return { rows: sizeOf(value.shape) / width, width };
}

function elementwiseSpace({ inputs, outputs }: Node): RowSpace | null {
  const output = outputs[0]!;
  const space = wholeSpace(output);
  if (space === null || outputs.length !== 1) return null;
  const fits = inputs.every((input) => isOperandOf(space, input, output));
  return fits ? space : null;
}

/** Broadcasting must mean the same when all leading axes are one. */
function isOperandOf(space: RowSpace, input: Value, output: Value): boolean {
  const role = roleIn(space, input);
  if (role === "scalar" || role === "row") return true;
  const leading = output.shape.slice(0, -1);
  return role !== null && sameShape(input.shape.slice(0, -1), leading);
}

function viewSpace({ inputs, outputs }: Node): RowSpace | null {
  const [input, output] = [inputs[0]!, outputs[0]!];
  const last = (value: Value) => value.shape[value.shape.length - 1];
  return last(input) !== undefined && last(input) === last(output) ? wholeSpace(output) : null;
}

function reductionSpace({ inputs, attributes }: Node): RowSpace | null {
  const [input] = inputs as [Value];
  const axes = attributes.axes as readonly number[];
  const isLast = axes.length === 1 && axes[0] === input.shape.length - 1;
  return isLast && attributes.keepDims === true ? wholeSpace(input) : null;
}

/** Every row by one vector. */
function productSpace({ inputs, outputs, attributes }: Node): RowSpace | null {
  const [a, b] = inputs as [Value, Value];
  const isVector =
    a.shape.length === 2 &&
    outputs[0]!.shape[1] === 1 &&
    b.shape.length === 2 &&
    attributes.transposeA === false &&
    attributes.transposeB === false;
  return isVector ? wholeSpace(a) : null;
}

/** What a node that adds up all rows reads: them, and for a weighted sum one number for each. */
export interface RowTotal {
  readonly rows: Value;
  readonly weights: Value | null;
}

/** @returns null when the node is no sum over all rows. */
export function rowTotalOf(node: Node): RowTotal | null {
  const { operation, outputs } = node;
  if (outputs[0]?.dtype !== "float32") return null;
  if (operation.name === "sum") return plainTotal(node);
  return operation.name === "matmul" ? weightedTotal(node) : null;
}

/** Over all axes but the last. */
function plainTotal({ inputs, attributes }: Node): RowTotal | null {
  const [rows] = inputs as [Value];
  const axes = attributes.axes as readonly number[];
  const leading = rows.shape.slice(0, -1).map((_, axis) => axis);
  return leading.length > 0 && sameShape(axes, leading) ? { rows, weights: null } : null;
}

/** The product of one row, or of a column's transpose, with a matrix. */
function weightedTotal({ inputs, outputs, attributes }: Node): RowTotal | null {
  const [weights, rows] = inputs as [Value, Value];
  const isTotal =
    weights.shape.length === 2 &&
    rows.shape.length === 2 &&
    outputs[0]!.shape[0] === 1 &&
    attributes.transposeB === false;
  return isTotal ? { rows, weights } : null;
}

/** The column that a tensor of one number for each row is, or is a view of; null for another tensor. */
export function columnBehind({ rows }: RowSpace, value: Value): Value | null {
  const { operation, inputs } = value.node;
  const isColumn = ({ shape }: Value) => sizeOf(shape) === rows && shape[shape.length - 1] === 1;
  if (isColumn(value)) return value;
  return operation.name === "reshape" && isColumn(inputs[0]!) ? inputs[0]! : null;
}
