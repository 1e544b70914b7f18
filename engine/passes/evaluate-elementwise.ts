/** The meanings of the primitives that work element by element. */
import { type Node, type Shape, sizeOf } from "../graph/index.ts";
import type { Elements, Meaning } from "./elements.ts";
import { sourceOffsets } from "./strides.ts";

const flag = (condition: boolean): number => (condition ? 1 : 0);

const scalarFunctions: Readonly<Record<string, (...operands: number[]) => number>> = {
  add: (a, b) => a! + b!,
  subtract: (a, b) => a! - b!,
  multiply: (a, b) => a! * b!,
  divide: (a, b) => a! / b!,
  power: (a, b) => a! ** b!,
  maximum: (a, b) => Math.max(a!, b!),
  minimum: (a, b) => Math.min(a!, b!),
  negate: (x) => -x!,
  exp: (x) => Math.exp(x!),
  log: (x) => Math.log(x!),
  sqrt: (x) => Math.sqrt(x!),
  reciprocal: (x) => 1 / x!,
  tanh: (x) => Math.tanh(x!),
  sigmoid: (x) => 1 / (1 + Math.exp(-x!)),
  erf: (x) => errorFunction(x!),
  sine: (x) => Math.sin(x!),
  cosine: (x) => Math.cos(x!),
  absolute: (x) => Math.abs(x!),
  equal: (a, b) => flag(a === b),
  less: (a, b) => flag(a! < b!),
  lessEqual: (a, b) => flag(a! <= b!),
  greater: (a, b) => flag(a! > b!),
  greaterEqual: (a, b) => flag(a! >= b!),
  and: (a, b) => flag(a !== 0 && b !== 0),
  or: (a, b) => flag(a !== 0 || b !== 0),
  not: (x) => flag(x === 0),
  select: (condition, a, b) => (condition !== 0 ? a! : b!),
};

/** By the series of positive terms `2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1))`. */
function errorFunction(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

function mapElements(
  node: Node,
  inputs: readonly Elements[],
  compute: (...operands: number[]) => number,
): Elements {
  const shape: Shape = node.outputs[0]!.shape;
  const offsets = node.inputs.map((input) => sourceOffsets(input.shape, shape));
  return Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
    compute(...inputs.map((elements, which) => elements[offsets[which]![i]!]!)),
  );
}

/** Integer division drops the fraction; so does a cast to integers. */
function toType(dtype: string, elements: Elements): Elements {
  if (dtype === "bool") return elements.map((x) => flag(x !== 0));
  return dtype === "float32" ? elements : elements.map(Math.trunc);
}

export const elementwiseMeanings: Readonly<Record<string, Meaning>> = {
  ...Object.fromEntries(
    Object.entries(scalarFunctions).map(([name, compute]): [string, Meaning] => [
      name,
      (node, inputs) => toType(node.outputs[0]!.dtype, mapElements(node, inputs, compute)),
    ]),
  ),
  cast: (node, [elements]) => toType(node.outputs[0]!.dtype, elements!),
};
