/** Arithmetic, element by element, over operands that broadcast as in NumPy. */
import type { Operation, Value } from "../graph/index.ts";
import { binary, unary } from "./elementwise.ts";
import { greater, greaterEqual, less, lessEqual, select } from "./logic.ts";
import { type Operand, operands } from "./operand.ts";

export const negate = unary("negate", (_x, _y, gradient) => negate(gradient));

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
/** Where both are equal the gradient goes to the first. */
const maximumOperation = binary("maximum", (a, b, gradient) => ({
  a: () => select(greaterEqual(a, b), gradient, 0),
  b: () => select(less(a, b), gradient, 0),
}));
const minimumOperation = binary("minimum", (a, b, gradient) => ({
  a: () => select(lessEqual(a, b), gradient, 0),
  b: () => select(greater(a, b), gradient, 0),
}));

function apply(operation: Operation, a: Operand, b: Operand): Value {
  const inputs = operands(a, b);
  return inputs[0].graph.add(operation, inputs, {})[0]!;
}

export const add = (a: Operand, b: Operand): Value => apply(addOperation, a, b);
export const subtract = (a: Operand, b: Operand): Value => apply(subtractOperation, a, b);
export const multiply = (a: Operand, b: Operand): Value => apply(multiplyOperation, a, b);
export const divide = (a: Operand, b: Operand): Value => apply(divideOperation, a, b);
export const maximum = (a: Operand, b: Operand): Value => apply(maximumOperation, a, b);
export const minimum = (a: Operand, b: Operand): Value => apply(minimumOperation, a, b);
