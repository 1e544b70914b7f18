/** Powers, exponentials and other functions, element by element. */
import type { Value } from "../graph/index.ts";
import { divide, multiply, negate, subtract } from "./arithmetic.ts";
import { binary, unary } from "./elementwise.ts";
import { greaterEqual, select } from "./logic.ts";
import { type Operand, operands } from "./operand.ts";

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

export const exp = unary("exp", (_x, y, gradient) => multiply(gradient, y));
export const log = unary("log", (x, _y, gradient) => divide(gradient, x));
export const sqrt = unary("sqrt", (_x, y, gradient) => divide(multiply(gradient, 0.5), y));
export const reciprocal = unary("reciprocal", (_x, y, gradient) =>
  negate(multiply(gradient, multiply(y, y))),
);
export const tanh = unary("tanh", (_x, y, gradient) =>
  multiply(gradient, subtract(1, multiply(y, y))),
);
export const sigmoid = unary("sigmoid", (_x, y, gradient) =>
  multiply(gradient, multiply(y, subtract(1, y))),
);
/** The error function. */
export const erf = unary("erf", (x, _y, gradient) =>
  multiply(gradient, multiply(exp(negate(multiply(x, x))), twoOverRootPi)),
);
export const sine = unary("sine", (x, _y, gradient) => multiply(gradient, cosine(x)));
export const cosine = unary("cosine", (x, _y, gradient) => negate(multiply(gradient, sine(x))));
/** At 0 the gradient is taken from the right. */
export const absolute = unary("absolute", (x, _y, gradient) =>
  select(greaterEqual(x, 0), gradient, negate(gradient)),
);

const powerOperation = binary("power", (a, b, gradient, output) => ({
  a: () => multiply(gradient, multiply(b, power(a, subtract(b, 1)))),
  b: () => multiply(gradient, multiply(output, log(a))),
}));

/** `a` to the power of `b`. */
export function power(a: Operand, b: Operand): Value {
  const inputs = operands(a, b);
  return inputs[0].graph.add(powerOperation, inputs, {})[0]!;
}

export const square = (value: Value): Value => multiply(value, value);
