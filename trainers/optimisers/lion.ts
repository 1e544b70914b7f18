/**
 * Lion (Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", arXiv 2302.06675,
 * algorithm 2): every element moves by the learning rate, in the sign of an average of momentum and
 * gradient. One moment, four bytes a parameter. The paper takes a third to a tenth of AdamW's rate
 * and as many times its weight decay.
 */
import { type Engine, ops, type Value } from "../../engine/index.ts";
import { CompiledOptimizer, type UpdateRule } from "./compiled-optimizer.ts";
import type { OptimisedParameter } from "./optimizer.ts";

export interface LionOptions {
  /** Share of the momentum in the update; 0.9 in the paper, 0.95 for language models. */
  readonly beta1: number;
  /** Decay of the momentum; 0.99 in the paper, 0.98 for language models. */
  readonly beta2: number;
  readonly weightDecay: number;
}

/** The moment is `<parameter>.momentum`. */
export class Lion extends CompiledOptimizer {
  constructor(engine: Engine, parameters: readonly OptimisedParameter[], options: LionOptions) {
    super(engine, parameters, lionRule(options));
  }
}

function lionRule({ beta1, beta2, weightDecay }: LionOptions): UpdateRule {
  return {
    name: "lion",
    weightDecay,
    stateOf: (shape) => ({ momentum: { dtype: "float32", shape } }),
    scalars: ({ learningRate, weightDecay }) => ({
      learningRate,
      kept: 1 - learningRate * weightDecay,
    }),
    update({ parameter, gradient: unscaled, state, scalar }) {
      const gradient = ops.multiply(unscaled, scalar("gradientScale"));
      const direction = sign(mixed(state.momentum!, gradient, beta1));
      const step = ops.multiply(direction, scalar("learningRate"));
      return {
        parameter: ops.subtract(ops.multiply(parameter, scalar("kept")), step),
        state: { momentum: mixed(state.momentum!, gradient, beta2) },
      };
    },
  };
}

const mixed = (moment: Value, gradient: Value, beta: number): Value =>
  ops.add(ops.multiply(moment, beta), ops.multiply(gradient, 1 - beta));

/** -1, 0 or 1. */
const sign = (x: Value): Value =>
  ops.subtract(ops.cast(ops.greater(x, 0), "float32"), ops.cast(ops.less(x, 0), "float32"));
