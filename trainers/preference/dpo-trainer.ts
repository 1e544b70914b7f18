/** Updates a model pair by pair, by direct preference optimisation. */

import type { PairBatch } from "../../data/index.ts";
import type { Model } from "../../models/index.ts";
import { meansOf, ObjectiveTrainer, type TrainerOptions } from "../step/trainer.ts";
import type { DpoOptions } from "./dpo-loss.ts";
import { DpoObjective, logProbsOf } from "./dpo-objective.ts";

export interface DpoEvaluation {
  /** Mean over the pairs of what training lowers. */
  readonly loss: number;
  /** Of the chosen drawings, in nats a token: how likely the model still holds good drawings to be. */
  readonly natsPerToken: number;
  /** Tokens of the chosen drawings. */
  readonly tokens: number;
  /** By the names of `DpoFigure`. */
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * As TRL's trainer of that name. The batches hold what their pairs were worth to the starting weights.
 * @example
 * const dpo = { lossType: "sigmoid", beta: 0.1, labelSmoothing: 0, rpoAlpha: 0 } as const;
 * const trainer = new DpoTrainer(model, options, dpo);
 * const once = pairsInOrder(pairs, { pairs: 8, sequenceLength: 512, pad });
 * const reference = referenceLogProbs((batch) => trainer.pass(batch), once, pairs.size);
 */
export class DpoTrainer extends ObjectiveTrainer<PairBatch> {
  readonly #objective: DpoObjective;

  constructor(model: Model, options: TrainerOptions, dpo: DpoOptions) {
    const objective = new DpoObjective(dpo);
    super(model, options, objective);
    this.#objective = objective;
  }

  /** Without learning. @throws RangeError where there is no pair. */
  evaluate(batches: Iterable<PairBatch>): DpoEvaluation {
    let [lossSum, pairs, logProb, tokens] = [0, 0, 0, 0];
    const sums: Record<string, number> = {};
    for (const batch of batches) {
      const pass = this.pass(batch);
      lossSum += pass.lossSum;
      pairs += batch.targetCount;
      for (const [name, sum] of Object.entries(this.#objective.figuresOf(batch, pass))) {
        sums[name] = (sums[name] ?? 0) + sum;
      }
      const found = logProbsOf(pass);
      for (let pair = 0; pair < batch.targetCount; pair++) {
        logProb += found[pair]!;
        tokens += batch.rowTokens[pair]!;
      }
    }
    if (pairs === 0) throw new RangeError("no pair to evaluate on");
    const figures = meansOf(sums, pairs);
    return { loss: lossSum / pairs, natsPerToken: -logProb / tokens, tokens, figures };
  }
}
