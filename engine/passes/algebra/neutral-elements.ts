/** `x + 0`, `x - 0`, `x * 1`, `x / 1` and `x ** 1` are `x`, where `x` has the whole shape already. */
import { sameShape, type Value } from "../../graph/index.ts";
import { type Rule, uniformNumber } from "./rule.ts";

const neutralOnTheRight: Readonly<Record<string, number>> = {
  add: 0,
  subtract: 0,
  multiply: 1,
  divide: 1,
  power: 1,
};
const commutative = new Set(["add", "multiply"]);

export const dropNeutralElement: Rule = ({ name, node, inputs }) => {
  const neutral = neutralOnTheRight[name];
  if (neutral === undefined) return null;
  const [a, b] = inputs as [Value, Value];
  const whole = (value: Value) => sameShape(value.shape, node.outputs[0]!.shape);
  if (uniformNumber(b) === neutral && whole(a)) return a;
  if (commutative.has(name) && uniformNumber(a) === neutral && whole(b)) return b;
  return null;
};
