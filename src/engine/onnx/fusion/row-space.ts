/**
 * Operations that keep rows apart. Seen as a matrix of rows, a tensor `[..., width]` can be worked on
 * a few rows at a time by a chain of such operations, which then find their operands in the cache.
 */
import { type Node, sameShape, sizeOf, type Value } from "../../graph/index.ts";

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
