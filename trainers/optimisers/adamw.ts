/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101): Adam whose weight decay does not pass
 * through the moments. Numbers agree with `torch.optim.AdamW`. Moments live on the engine beside the
 * parameters, and a step updates all three in place. Eight bytes a parameter.
 */
import { type Engine, ops } from "../../engine/index.ts";
import { CompiledOptimizer, type UpdateRule } from "./compiled-optimizer.ts";
import type { OptimisedParameter } from "./optimizer.ts";

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** The moments are `<parameter>.first` and `<parameter>.second`. */
export class AdamW extends CompiledOptimizer {
  constructor(engine: Engine, parameters: readonly OptimisedParameter[], options: AdamWOptions) {
    super(engine, parameters, adamwRule(options));
  }
}

/** Scalars that Adam's update takes at a step. */
export function adamScalars(
  { beta1, beta2 }: Pick<AdamWOptions, "beta1" | "beta2">,
  figures: Parameters<UpdateRule["scalars"]>[0],
) {
  const { step, learningRate, weightDecay } = figures;
  const biasCorrection1 = 1 - beta1 ** step;
  const biasCorrection2 = 1 - beta2 ** step;
  return { learningRate, weightDecay, biasCorrection1, biasCorrection2 };
}

/** Moments of the parameter's own shape. */
export function adamwRule(options: AdamWOptions): UpdateRule {
  const { beta1, beta2, epsilon, weightDecay } = options;
  return {
    name: "adamw",
    weightDecay,
    stateOf: (shape) => ({
      first: { dtype: "float32", shape },
      second: { dtype: "float32", shape },
    }),
    scalars: (figures) => adamScalars(options, figures),
    update({ parameter, gradient, state, scalar }) {
      const next = ops.adamwStep({
        parameter,
        gradient,
        m: state.first!,
        v: state.second!,
        beta1,
        beta2,
        epsilon,
        learningRate: scalar("learningRate"),
        weightDecay: scalar("weightDecay"),
        biasCorrection1: scalar("biasCorrection1"),
        biasCorrection2: scalar("biasCorrection2"),
        gradientScale: scalar("gradientScale"),
      });
      return { parameter: next.parameter, state: { first: next.m, second: next.v } };
    },
  };
}
