/** Activation functions: the Gaussian error linear unit (Hendrycks and Gimpel, 2016) and its kin. */
import { describeType, GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, maximum, multiply, negate, subtract } from "./arithmetic.ts";
import { absolute, erf, exp, log, sigmoid, square } from "./functions.ts";

/** The standard normal distribution function. */
function normalDistribution(x: Value): Value {
  return add(multiply(erf(multiply(x, Math.SQRT1_2)), 0.5), 0.5);
}

function normalDensity(x: Value): Value {
  return multiply(exp(multiply(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
}

/** The derivative of `gelu`. */
export function geluSlope(x: Value): Value {
  return add(normalDistribution(x), multiply(x, normalDensity(x)));
}

const cubic = 0.044715;
const steepness = 2 * Math.sqrt(2 / Math.PI);

/** `0.5 (1 + tanh(u))` is `sigmoid(2 u)`: the approximation needs no more than that. */
function approximateDistribution(x: Value): Value {
  return sigmoid(multiply(x, add(multiply(square(x), steepness * cubic), steepness)));
}

/** The derivative of `geluNew`. */
export function geluNewSlope(x: Value): Value {
  const distribution = approximateDistribution(x);
  const inner = add(multiply(square(x), 3 * steepness * cubic), steepness);
  const density = multiply(multiply(distribution, subtract(1, distribution)), inner);
  return add(distribution, multiply(x, density));
}

function activation(
  name: string,
  value: (x: Value) => Value,
  slope: (x: Value) => Value,
): (x: Value) => Value {
  const operation: Operation = {
    name,
    elementwise: true,
    infer([x]) {
      if (x!.dtype !== "float32") {
        throw new GraphError(`${name}: needs float32, got ${describeType(x!)}`);
      }
      return [x!];
    },
    expand: ([x]) => [value(x!)],
    gradient: ({ inputs, outputGradients }) => [multiply(outputGradients[0]!, slope(inputs[0]!))],
  };
  return (x) => x.graph.add(operation, [x], {})[0]!;
}

/** `x Φ(x)`, with the error function. */
export const gelu = activation("gelu", (x) => multiply(x, normalDistribution(x)), geluSlope);

/** GPT-2's approximation by a hyperbolic tangent (`gelu_new`, `gelu_pytorch_tanh`). */
export const geluNew = activation(
  "geluNew",
  (x) => multiply(x, approximateDistribution(x)),
  geluNewSlope,
);

/** `x sigmoid(x)`, also called swish. */
export const silu = activation("silu", (x) => multiply(x, sigmoid(x)), siluSlope);

/** The derivative of `silu`. */
export function siluSlope(x: Value): Value {
  const gate = sigmoid(x);
  return add(gate, multiply(multiply(x, gate), subtract(1, gate)));
}

/** `ln(1 + exp(x))`, which is finite for every finite `x`. */
export const softplus = activation(
  "softplus",
  (x) => add(maximum(x, 0), log(add(exp(negate(absolute(x))), 1))),
  sigmoid,
);
