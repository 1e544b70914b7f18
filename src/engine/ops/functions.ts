/** Functions of one float operand, element by element. */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { divide, multiply, subtract } from "./arithmetic.ts";
import { greaterEqual, select } from "./logic.ts";

type Derivative = (input: Value, output: Value, gradient: Value) => Value;

function unary(name: string, derivative: Derivative): (value: Value) => Value {
  const operation: Operation = {
    name,
    elementwise: true,
    infer([input]) {
      if (input!.dtype !== "float32")
        throw new GraphError(`${name}: needs float32, got ${input!.dtype}`);
      return [input!];
    },
    gradient: ({ inputs, outputs, outputGradients }) => [
      derivative(inputs[0]!, outputs[0]!, outputGradients[0]!),
    ],
  };
  return (value) => value.graph.add(operation, [value], {})[0]!;
}

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

export const negate = unary("negate", (_x, _y, gradient) => negate(gradient));
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

export const square = (value: Value): Value => multiply(value, value);
