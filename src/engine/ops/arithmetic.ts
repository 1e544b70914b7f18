/** Binary arithmetic, element by element, over operands that broadcast as in NumPy. */
import { GraphError, type Operation, type TensorType, Value } from "../graph/index.ts";
import { broadcastShapes, sumTo } from "./broadcast.ts";
import { log, negate } from "./functions.ts";
import { multiplyByMask } from "./logic.ts";

/** A value, or a number that becomes a scalar of the other operand's type. */
export type Operand = Value | number;

type Rule = (
  a: Value,
  b: Value,
  gradient: Value,
  output: Value,
) => { readonly a: () => Value; readonly b: () => Value };

function binary(name: string, rule: Rule): Operation {
  return {
    name,
    elementwise: true,
    infer: ([a, b]) => [{ dtype: commonType(name, a!, b!), shape: broadcastShapes(name, a!, b!) }],
    gradient({ inputs, outputs, outputGradients, needed }) {
      const [a, b] = inputs as [Value, Value];
      const gradients = rule(a, b, outputGradients[0]!, outputs[0]!);
      return [
        needed[0] ? sumTo(gradients.a(), a.shape) : null,
        needed[1] ? sumTo(gradients.b(), b.shape) : null,
      ];
    },
  };
}

function commonType(name: string, a: TensorType, b: TensorType): TensorType["dtype"] {
  if (a.dtype !== b.dtype || a.dtype === "bool") {
    throw new GraphError(`${name}: cannot combine ${a.dtype} with ${b.dtype}`);
  }
  return a.dtype;
}

const addOperation = binary("add", (_a, _b, gradient) => ({
  a: () => gradient,
  b: () => gradient,
}));
const subtractOperation = binary("subtract", (_a, _b, gradient) => ({
  a: () => gradient,
  b: () => negate(gradient),
}));
const multiplyOperation = binary("multiply", (a, b, gradient) => ({
  a: () => multiply(gradient, b),
  b: () => multiply(gradient, a),
}));
const divideOperation = binary("divide", (_a, b, gradient, output) => ({
  a: () => divide(gradient, b),
  b: () => negate(divide(multiply(gradient, output), b)),
}));
const powerOperation = binary("power", (a, b, gradient, output) => ({
  a: () => multiply(gradient, multiply(b, power(a, subtract(b, 1)))),
  b: () => multiply(gradient, multiply(output, log(a))),
}));
/** Where both are equal the gradient goes to the first. */
const maximumOperation = binary("maximum", (a, b, gradient) => ({
  a: () => multiplyByMask(gradient, "greaterEqual", a, b),
  b: () => multiplyByMask(gradient, "less", a, b),
}));
const minimumOperation = binary("minimum", (a, b, gradient) => ({
  a: () => multiplyByMask(gradient, "lessEqual", a, b),
  b: () => multiplyByMask(gradient, "greater", a, b),
}));

/** Makes values of both operands, a number taking the other's graph and type. */
export function operands(a: Operand, b: Operand): [Value, Value] {
  const anchor = a instanceof Value ? a : b;
  if (!(anchor instanceof Value)) throw new GraphError("two numbers: compute this without a graph");
  const value = (operand: Operand) =>
    operand instanceof Value ? operand : anchor.graph.scalar(operand, anchor.dtype);
  return [value(a), value(b)];
}

function apply(operation: Operation, a: Operand, b: Operand): Value {
  const inputs = operands(a, b);
  return inputs[0].graph.add(operation, inputs, {})[0]!;
}

export const add = (a: Operand, b: Operand): Value => apply(addOperation, a, b);
export const subtract = (a: Operand, b: Operand): Value => apply(subtractOperation, a, b);
export const multiply = (a: Operand, b: Operand): Value => apply(multiplyOperation, a, b);
export const divide = (a: Operand, b: Operand): Value => apply(divideOperation, a, b);
/** `a` to the power of `b`. */
export const power = (a: Operand, b: Operand): Value => apply(powerOperation, a, b);
export const maximum = (a: Operand, b: Operand): Value => apply(maximumOperation, a, b);
export const minimum = (a: Operand, b: Operand): Value => apply(minimumOperation, a, b);
