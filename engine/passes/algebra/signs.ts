/** Negations that another operation can absorb. */
import type { Value } from "../../graph/index.ts";
import { add, multiply, subtract } from "../../ops/index.ts";
import { isMadeBy, type Rule, uniformNumber } from "./rule.ts";

const negated = (value: Value): Value | null =>
  isMadeBy(value, "negate") ? value.node.inputs[0]! : null;

/** `-(-x)` is `x`; `a + (-b)` is `a - b`; `a - (-b)` is `a + b`; `-(x * 2)` is `x * -2`. */
export const absorbNegation: Rule = ({ name, inputs, isOnlyUse }) => {
  const [a, b] = inputs as [Value, Value];
  if (name === "negate") {
    const inner = negated(a);
    if (inner !== null) return inner;
    const factor = isMadeBy(a, "multiply") ? uniformNumber(a.node.inputs[1]!) : null;
    return factor !== null && isOnlyUse(0) ? multiply(a.node.inputs[0]!, -factor) : null;
  }
  if (name === "subtract") {
    const inner = negated(b);
    return inner === null ? null : add(a, inner);
  }
  if (name !== "add") return null;
  const [innerA, innerB] = [negated(a), negated(b)];
  if (innerB !== null) return subtract(a, innerB);
  return innerA === null ? null : subtract(b, innerA);
};
