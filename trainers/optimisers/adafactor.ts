/**
 * Adafactor (Shazeer and Stern 2018, "Adaptive Learning Rates with Sublinear Memory Cost", arXiv
 * 1804.04235), with the arithmetic and defaults of `torch.optim.Adafactor`: of the squared gradient of a
 * matrix the means of rows and columns are kept alone, there is no momentum, an update's root mean
 * square is at most 1, and its size is a share of the weight's own. The learning rate is therefore
 * relative, 0.01 at most in the paper. Less than 0.1 bytes a parameter.
 */
import { type Engine, ops, sizeOf, type Value } from "../../engine/index.ts";
import { CompiledOptimizer, type UpdateRule } from "./compiled-optimizer.ts";
import type { OptimisedParameter } from "./optimizer.ts";

export interface AdafactorOptions {
  readonly weightDecay: number;
}

/** Decay of the squared means at a step: `1 - step ** decayPower`. */
const decayPower = -0.8;
/** Least root of an estimate of the squared gradient: float32's epsilon, as PyTorch has it. */
const leastRoot = 2 ** -23;
/** Least size of a weight, so that what is zero begins to learn. */
const leastSize = 1e-3;
/** Largest root mean square of an update before it is scaled. */
const largestUpdate = 1;

/** Of a matrix `<parameter>.rows` and `<parameter>.columns`, of the rest `<parameter>.second`. */
export class Adafactor extends CompiledOptimizer {
  constructor(
    engine: Engine,
    parameters: readonly OptimisedParameter[],
    options: AdafactorOptions,
  ) {
    super(engine, parameters, adafactorRule(options));
  }
}

function adafactorRule({ weightDecay }: AdafactorOptions): UpdateRule {
  return {
    name: "adafactor",
    weightDecay,
    stateOf(shape) {
      if (shape.length < 2) return { second: { dtype: "float32", shape } };
      const [rows, columns] = [shape.with(-1, 1), shape.with(-2, 1)];
      return {
        rows: { dtype: "float32", shape: rows },
        columns: { dtype: "float32", shape: columns },
      };
    },
    scalars: ({ step, learningRate, weightDecay }) => ({
      size: Math.min(learningRate, 1 / Math.sqrt(step)),
      kept: 1 - learningRate * weightDecay,
      fresh: step ** decayPower,
    }),
    update({ parameter, gradient: unscaled, state, scalar }) {
      const gradient = ops.multiply(unscaled, scalar("gradientScale"));
      const squared = ops.square(gradient);
      const next = Object.fromEntries(
        Object.entries(state).map(([role, before]) => {
          const axis = squared.shape.length - (role === "rows" ? 1 : 2);
          const mean = role === "second" ? squared : ops.mean(squared, [axis], true);
          const step = ops.multiply(ops.subtract(mean, before), scalar("fresh"));
          return [role, ops.add(before, step)];
        }),
      );
      const least = leastRoot ** 2;
      const root = ops.sqrt(ops.maximum(estimated(next), least));
      const update = ops.divide(gradient, root);
      const excess = ops.maximum(ops.multiply(rootMeanSquare(update), 1 / largestUpdate), 1);
      const weightSize = ops.maximum(rootMeanSquare(parameter), leastSize);
      const size = ops.divide(ops.multiply(weightSize, scalar("size")), excess);
      const decayed = ops.multiply(parameter, scalar("kept"));
      return { parameter: ops.subtract(decayed, ops.multiply(update, size)), state: next };
    },
  };
}

/** The squared gradient's mean, of an element. */
function estimated({ second, rows, columns }: Readonly<Record<string, Value>>): Value {
  if (second !== undefined) return second;
  const mean = ops.maximum(ops.mean(rows!, [rows!.shape.length - 2], true), leastRoot);
  return ops.divide(ops.multiply(rows!, columns!), mean);
}

const rootMeanSquare = (x: Value): Value =>
  ops.sqrt(ops.multiply(ops.sumOfSquares(x), 1 / sizeOf(x.shape)));
