/**
 * Stochastic gradient descent with momentum (Sutskever et al. 2013, "On the importance of
 * initialization and momentum in deep learning"), with the arithmetic of `torch.optim.SGD`: the weight
 * decay is part of the gradient, and the momentum a sum, not a mean. Four bytes a parameter; none
 * without momentum.
 */
import { type Engine, ops } from "../../engine/index.ts";
import { CompiledOptimizer, type UpdateRule } from "./compiled-optimizer.ts";
import type { OptimisedParameter } from "./optimizer.ts";

export interface SgdOptions {
  /** Decay of the summed gradients; 0 keeps none. */
  readonly momentum: number;
  /** Look ahead by one step of the momentum. */
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** The moment is `<parameter>.momentum`. */
export class Sgd extends CompiledOptimizer {
  /** @throws RangeError for Nesterov's step without momentum. */
  constructor(engine: Engine, parameters: readonly OptimisedParameter[], options: SgdOptions) {
    if (options.nesterov && options.momentum === 0) {
      throw new RangeError("Nesterov's step looks ahead by the momentum, which is 0");
    }
    super(engine, parameters, sgdRule(options));
  }
}

function sgdRule({ momentum, nesterov, weightDecay }: SgdOptions): UpdateRule {
  return {
    name: "sgd",
    weightDecay,
    stateOf: (shape) => (momentum === 0 ? {} : { momentum: { dtype: "float32", shape } }),
    scalars: ({ learningRate, weightDecay }) => ({ learningRate, weightDecay }),
    update({ parameter, gradient: unscaled, state, scalar }) {
      const gradient = ops.add(
        ops.multiply(unscaled, scalar("gradientScale")),
        ops.multiply(parameter, scalar("weightDecay")),
      );
      const moved = (by: typeof gradient) =>
        ops.subtract(parameter, ops.multiply(by, scalar("learningRate")));
      if (momentum === 0) return { parameter: moved(gradient), state: {} };
      const sum = ops.add(ops.multiply(state.momentum!, momentum), gradient);
      const by = nesterov ? ops.add(gradient, ops.multiply(sum, momentum)) : sum;
      return { parameter: moved(by), state: { momentum: sum } };
    },
  };
}
