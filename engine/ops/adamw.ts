/**
 * One step of AdamW (Loshchilov and Hutter, 2019: weight decay apart from the gradient), with the
 * arithmetic of `torch.optim.AdamW`. Element by element throughout, so that an engine can run it in
 * one pass over a parameter's memory.
 */
import { describeType, GraphError, sameShape, Value } from "../graph/index.ts";
import { add, divide, multiply, subtract } from "./arithmetic.ts";
import { sqrt, square } from "./functions.ts";
import type { Operand } from "./operand.ts";

export interface AdamwState {
  readonly parameter: Value;
  /** Running mean of the gradient. */
  readonly m: Value;
  /** Running mean of its square. */
  readonly v: Value;
}

/** Scalars are numbers, fixed in the graph, or float32 scalars that the caller feeds. */
export interface AdamwOptions extends AdamwState {
  readonly gradient: Value;
  readonly learningRate: Operand;
  readonly beta1: Operand;
  readonly beta2: Operand;
  readonly epsilon: Operand;
  readonly weightDecay: Operand;
  /** `1 - beta1 ** step`, steps counted from 1. */
  readonly biasCorrection1: Operand;
  /** `1 - beta2 ** step`. */
  readonly biasCorrection2: Operand;
  /** Multiplies the gradient first: the mean's divisor and the clipping in one. */
  readonly gradientScale: Operand;
}

/** @throws GraphError when gradient, moments and parameter are not of one shape. */
export function adamwStep(options: AdamwOptions): AdamwState {
  const { parameter, gradient, m, v } = options;
  for (const tensor of [gradient, m, v]) {
    if (tensor.dtype !== "float32" || !sameShape(tensor.shape, parameter.shape)) {
      const types = `${describeType(tensor.type)} beside ${describeType(parameter.type)}`;
      throw new GraphError(`adamwStep: needs tensors like the parameter, got ${types}`);
    }
  }
  return parameter.graph.scope("adamw", () => step(options));
}

/**
 * What is the same for all elements is computed first, as scalars, so that the elements are gone over
 * thirteen times: with `root = sqrt(biasCorrection2)`, the update `m / biasCorrection1 / (sqrt(v) / root +
 * epsilon)` is `m / (sqrt(v) + epsilon * root) * (root / biasCorrection1)`.
 */
function step(options: AdamwOptions): AdamwState {
  const { parameter, gradient, m, v, learningRate, beta1, beta2, gradientScale } = options;
  const meanShare = times(gradientScale, complement(beta1));
  const nextM = add(multiply(m, beta1), multiply(gradient, meanShare));
  // Scaled before it is squared: the square of a gradient that clipping makes small may overflow.
  const squareShare = times(gradientScale, root(complement(beta2)));
  const nextV = add(multiply(v, beta2), square(multiply(gradient, squareShare)));
  const correction = root(options.biasCorrection2);
  const denominator = add(sqrt(nextV), times(correction, options.epsilon));
  const size = times(learningRate, over(correction, options.biasCorrection1));
  const update = multiply(divide(nextM, denominator), size);
  const decayed = multiply(parameter, complement(times(learningRate, options.weightDecay)));
  return { parameter: subtract(decayed, update), m: nextM, v: nextV };
}

// Numbers are combined here, in double precision, and reach the graph rounded once.

function times(a: Operand, b: Operand): Operand {
  return a instanceof Value || b instanceof Value ? multiply(a, b) : a * b;
}

function over(a: Operand, b: Operand): Operand {
  return a instanceof Value || b instanceof Value ? divide(a, b) : a / b;
}

function complement(a: Operand): Operand {
  return a instanceof Value ? subtract(1, a) : 1 - a;
}

function root(a: Operand): Operand {
  return a instanceof Value ? sqrt(a) : Math.sqrt(a);
}
