/** The gradients of slices are padded parts: parts side by side are put together, not added. */
import type { Value } from "../../graph/index.ts";
import { concat, pad, slice } from "../../ops/index.ts";
import { isMadeBy, numberOf, type Rule } from "./rule.ts";

/** `pad(a) + pad(b)`, where one's zeros are where the other's elements are, is `concat(a, b)`. */
const concatDisjointPads: Rule = ({ name, inputs, isOnlyUse }) => {
  if (name !== "add" || !inputs.every((input) => isMadeBy(input, "pad"))) return null;
  if (!isOnlyUse(0) || !isOnlyUse(1)) return null;
  const axis = numberOf(inputs[0]!, "axis");
  if (axis !== numberOf(inputs[1]!, "axis")) return null;
  const [first, second] = [...inputs].sort((a, b) => numberOf(a, "before") - numberOf(b, "before"));
  const size = first!.shape[axis]!;
  const [before, after] = [numberOf(first!, "before"), numberOf(second!, "after")];
  if (size - numberOf(first!, "after") !== numberOf(second!, "before")) return null;
  return pad(concat([source(first!), source(second!)], axis), axis, before, after);
};

/** A slice that lies within one part of a concatenation, or within what was padded, is a slice of it. */
const sliceOfPart: Rule = ({ name, node, inputs }) => {
  if (name !== "slice") return null;
  const [input] = inputs as [Value];
  const result = node.outputs[0]!;
  const [axis, start, end] = ["axis", "start", "end"].map((key) => numberOf(result, key)) as [
    number,
    number,
    number,
  ];
  if (isMadeBy(input, "slice") && numberOf(input, "axis") === axis) {
    const offset = numberOf(input, "start");
    return slice(source(input), axis, offset + start, offset + end);
  }
  const within = (part: Value, from: number) =>
    start >= from && end <= from + part.shape[axis]!
      ? slice(part, axis, start - from, end - from)
      : null;
  if (isMadeBy(input, "pad") && numberOf(input, "axis") === axis) {
    return within(source(input), numberOf(input, "before"));
  }
  if (!isMadeBy(input, "concat") || numberOf(input, "axis") !== axis) return null;
  let from = 0;
  for (const part of input.node.inputs) {
    const found = within(part, from);
    if (found !== null) return found;
    from += part.shape[axis]!;
  }
  return null;
};

/** Concatenations along one axis are one. */
const mergeConcats: Rule = ({ name, node, inputs, isOnlyUse }) => {
  if (name !== "concat") return null;
  const axis = node.attributes.axis as number;
  const merges = (input: Value, i: number) =>
    isMadeBy(input, "concat") && numberOf(input, "axis") === axis && isOnlyUse(i);
  if (!inputs.some(merges)) return null;
  return concat(
    inputs.flatMap((input, i) => (merges(input, i) ? input.node.inputs : [input])),
    axis,
  );
};

const source = (value: Value): Value => value.node.inputs[0]!;

export const partRules: readonly Rule[] = [concatDisjointPads, sliceOfPart, mergeConcats];
