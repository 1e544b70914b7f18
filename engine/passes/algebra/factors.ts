/** Constant factors meet, and end in the scale of a matrix product, where they cost nothing. */
import type { Value } from "../../graph/index.ts";
import { type MatmulOptions, matmul, multiply, reshape, transpose } from "../../ops/index.ts";
import { isMadeBy, numberOf, type Rule, uniformNumber } from "./rule.ts";

/** A value as a scalar constant times another: `factor * rest`. */
function factored(value: Value): { readonly factor: number; readonly rest: Value } | null {
  if (!isMadeBy(value, "multiply")) return null;
  const [a, b] = value.node.inputs as [Value, Value];
  for (const [rest, constant] of [
    [a, b],
    [b, a],
  ] as const) {
    const factor = constant.shape.length === 0 ? uniformNumber(constant) : null;
    if (factor !== null) return { factor, rest };
  }
  return null;
}

function scaled(product: Value, factor: number, inputs = product.node.inputs): Value {
  const options = product.node.attributes as Required<MatmulOptions>;
  return matmul(inputs[0]!, inputs[1]!, { ...options, scale: options.scale * factor });
}

/** `(x c) d` is `x (c d)`; a product's factor becomes its scale, through reshapes and transposes. */
const mergeFactor: Rule = ({ name, inputs, isOnlyUse }) => {
  if (name !== "multiply") return null;
  for (const [position, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const constant = inputs[other]!;
    const factor = constant.shape.length === 0 ? uniformNumber(constant) : null;
    const value = inputs[position]!;
    if (factor === null) continue;
    const inner = factored(value);
    if (inner !== null) return multiply(inner.rest, inner.factor * factor);
    if (!isOnlyUse(position)) continue;
    if (isMadeBy(value, "matmul")) return scaled(value, factor);
    const [source] = value.node.inputs;
    if (isMadeBy(value, "reshape")) return reshape(multiply(source!, factor), value.shape);
    if (isMadeBy(value, "transpose")) {
      return transpose(multiply(source!, factor), value.node.attributes.order as readonly number[]);
    }
  }
  return null;
};

/** A factor of an operand is a factor of the product. */
const liftFactor: Rule = ({ name, node, inputs }) => {
  if (name !== "matmul") return null;
  const parts = inputs.map(factored);
  if (parts.every((part) => part === null)) return null;
  const factor = parts.reduce((product, part) => product * (part?.factor ?? 1), 1);
  const rests = inputs.map((input, i) => parts[i]?.rest ?? input);
  const { transposeA, transposeB } = node.attributes as MatmulOptions;
  const scale = numberOf(node.outputs[0]!, "scale") * factor;
  return matmul(rests[0]!, rests[1]!, { transposeA: transposeA!, transposeB: transposeB!, scale });
};

export const factorRules: readonly Rule[] = [mergeFactor, liftFactor];
