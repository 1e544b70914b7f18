/** Changes of shape and order that undo, repeat or replace each other. */
import type { Value } from "../../graph/index.ts";
import { type MatmulOptions, matmul, reshape, transpose } from "../../ops/index.ts";
import { isMadeBy, type Rule } from "./rule.ts";

const orderOf = (value: Value) => value.node.attributes.order as readonly number[];

/** Of two reshapes in a row only the last one counts; a sum or maximum over axes of one is a reshape. */
const mergeReshapes: Rule = ({ name, node, inputs }) => {
  const { shape } = node.outputs[0]!;
  if (name === "sum" || name === "max") {
    const axes = node.attributes.axes as readonly number[];
    return axes.every((axis) => inputs[0]!.shape[axis] === 1) ? reshape(inputs[0]!, shape) : null;
  }
  if (name !== "reshape") return null;
  const [input] = inputs as [Value];
  return isMadeBy(input, "reshape") ? reshape(input.node.inputs[0]!, shape) : null;
};

/** Two transposes are one; one that moves only axes of one is a reshape. */
const mergeTransposes: Rule = ({ name, node, inputs }) => {
  if (name !== "transpose") return null;
  const [input] = inputs as [Value];
  const order = orderOf(node.outputs[0]!);
  if (isMadeBy(input, "transpose")) {
    return transpose(
      input.node.inputs[0]!,
      order.map((axis) => orderOf(input)[axis]!),
    );
  }
  const moved = order.filter((axis) => input.shape[axis] !== 1);
  const inOrder = moved.every((axis, i) => i === 0 || axis > moved[i - 1]!);
  return inOrder ? reshape(input, node.outputs[0]!.shape) : null;
};

function swapsLastTwo(value: Value): boolean {
  if (!isMadeBy(value, "transpose")) return false;
  const order = orderOf(value);
  const rank = order.length;
  return order.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
}

/** A product takes its operands transposed at no cost. */
const transposeInProduct: Rule = ({ name, node, inputs }) => {
  if (name !== "matmul" || !inputs.some(swapsLastTwo)) return null;
  const { transposeA, transposeB, ...rest } = node.attributes as Required<MatmulOptions>;
  const [a, b] = inputs.map((input) => (swapsLastTwo(input) ? input.node.inputs[0]! : input));
  return matmul(a!, b!, {
    ...rest,
    transposeA: transposeA !== swapsLastTwo(inputs[0]!),
    transposeB: transposeB !== swapsLastTwo(inputs[1]!),
  });
};

export const viewRules: readonly Rule[] = [mergeReshapes, mergeTransposes, transposeInProduct];
