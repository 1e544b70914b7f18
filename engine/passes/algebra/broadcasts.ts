/** Repetition is put off: what can be computed before it is, and what undoes it meets it. */
import { sizeOf, type Value } from "../../graph/index.ts";
import { broadcastTo, multiply, reshape, sum } from "../../ops/index.ts";
import { isMadeBy, type Rule } from "./rule.ts";

/** An element-by-element operation repeats its operands itself; if all are repeated, its result is. */
const computeBeforeBroadcast: Rule = ({ node, inputs, target }) => {
  const repeated = inputs.some((input) => isMadeBy(input, "broadcastTo"));
  if (!node.operation.elementwise || !repeated) return null;
  const sources = inputs.map((input) =>
    isMadeBy(input, "broadcastTo") ? input.node.inputs[0]! : input,
  );
  const result = target.add(node.operation, sources, node.attributes)[0]!;
  return broadcastTo(result, node.outputs[0]!.shape);
};

/** The sum of repetitions is a multiple. */
const sumOfBroadcast: Rule = ({ name, node, inputs }) => {
  const [input] = inputs as [Value];
  if (name !== "sum" || !isMadeBy(input, "broadcastTo")) return null;
  const source = input.node.inputs[0]!;
  const axes = node.attributes.axes as readonly number[];
  const padded = Array.from(
    { length: input.shape.length },
    (_, axis) => source.shape[axis - input.shape.length + source.shape.length] ?? 1,
  );
  const repeated = axes.filter((axis) => padded[axis] !== input.shape[axis]);
  if (repeated.length === 0) return null;
  const summed = axes.filter((axis) => !repeated.includes(axis));
  const count = sizeOf(repeated.map((axis) => input.shape[axis]!));
  const total = sum(reshape(source, padded), summed, true);
  const kept = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return reshape(broadcastTo(multiply(total, count), kept), node.outputs[0]!.shape);
};

const mergeBroadcasts: Rule = ({ name, node, inputs }) => {
  const [input] = inputs as [Value];
  if (name !== "broadcastTo" || !isMadeBy(input, "broadcastTo")) return null;
  return broadcastTo(input.node.inputs[0]!, node.outputs[0]!.shape);
};

export const broadcastRules: readonly Rule[] = [
  computeBeforeBroadcast,
  sumOfBroadcast,
  mergeBroadcasts,
];
