/**
 * Direct preference optimisation: the loss of pairs from the log-probabilities of their drawings under the
 * model and under the weights that it began with. (Rafailov et al. 2023, arXiv 2305.18290; conservative
 * DPO: Mitchell 2023; IPO: Azar et al. 2023, arXiv 2310.12036; hinge: Zhao et al. 2023, arXiv 2305.10425;
 * robust: Chowdhury et al. 2024, arXiv 2403.00409; the likelihood beside it: Pang et al. 2024, arXiv
 * 2404.19733.) Names and formulas are those of TRL's DPOTrainer.
 */

import { ops, type Value } from "../../engine/index.ts";

export const dpoLossTypes = ["sigmoid", "sigmoid_norm", "ipo", "hinge", "robust"] as const;

export type DpoLossType = (typeof dpoLossTypes)[number];

export interface DpoOptions {
  /**
   * `sigmoid` is DPO's own; `sigmoid_norm` and `ipo` take means over tokens in place of sums, so that
   * long drawings weigh no more than short ones.
   */
  readonly lossType: DpoLossType;
  /** How strongly the model is held to where it began; IPO's tau. */
  readonly beta: number;
  /** Share of the pairs that are taken to be the wrong way round, 0 to 0.5: of `sigmoid` and `robust`. */
  readonly labelSmoothing: number;
  /** Times the chosen drawing's mean negative log-likelihood, added to the loss. */
  readonly rpoAlpha: number;
}

/** All float32 `[pairs]`. */
export interface PairLogProbs {
  /** Sums of ln p over the drawing's tokens, under the model. */
  readonly chosen: Value;
  readonly rejected: Value;
  /** The same under the weights that it began with. */
  readonly referenceChosen: Value;
  readonly referenceRejected: Value;
  /** Tokens that were summed over, at least 1. */
  readonly chosenTokens: Value;
  readonly rejectedTokens: Value;
}

/** @returns float32 `[pairs]`, in nats. */
export function dpoLosses(logProbs: PairLogProbs, options: DpoOptions): Value {
  const { lossType, beta, labelSmoothing: smoothing, rpoAlpha } = options;
  const { chosen, chosenTokens, rejectedTokens } = logProbs;
  const isMean = lossType === "ipo" || lossType === "sigmoid_norm";
  const ofChosen = ops.subtract(chosen, logProbs.referenceChosen);
  const ofRejected = ops.subtract(logProbs.rejected, logProbs.referenceRejected);
  const margin = isMean
    ? ops.subtract(ops.divide(ofChosen, chosenTokens), ops.divide(ofRejected, rejectedTokens))
    : ops.subtract(ofChosen, ofRejected);
  const right = () => negativeLogSigmoid(ops.multiply(margin, beta));
  const wrong = () => negativeLogSigmoid(ops.multiply(margin, -beta));
  const loss = (): Value => {
    switch (lossType) {
      case "ipo":
        return ops.square(ops.subtract(margin, 1 / (2 * beta)));
      case "hinge":
        return ops.maximum(ops.subtract(1, ops.multiply(margin, beta)), 0);
      case "robust":
        return ops.multiply(
          ops.subtract(ops.multiply(right(), 1 - smoothing), ops.multiply(wrong(), smoothing)),
          1 / (1 - 2 * smoothing),
        );
      default:
        return smoothing === 0
          ? right()
          : ops.add(ops.multiply(right(), 1 - smoothing), ops.multiply(wrong(), smoothing));
    }
  };
  if (rpoAlpha === 0) return loss();
  return ops.subtract(loss(), ops.multiply(ops.divide(chosen, chosenTokens), rpoAlpha));
}

/**
 * `-ln sigmoid(x)` of `[n]`, as ln(e^0 + e^-x): stable for any x, and its gradient is right at 0 too, where
 * training begins and a maximum of two equal numbers has none.
 */
function negativeLogSigmoid(x: Value): Value {
  const column = ops.reshape(ops.negate(x), [x.shape[0]!, 1]);
  return ops.logSumExp(ops.concat([ops.multiply(column, 0), column], 1));
}
