/** Updates a model pair by pair, by direct preference optimisation. */

import type { PairBatch } from "../../data/index.ts";
import type { Model } from "../../models/index.ts";
import { meansOf, ObjectiveTrainer } from "../step/trainer.ts";
import type { TrainerOptions } from "../step/trainer-options.ts";
import type { DpoOptions } from "./dpo-loss.ts";
import { DpoObjective, dpoFigures, logProbsOf } from "./dpo-objective.ts";

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

  /** Without learning; several processes share the batches out. @throws RangeError where there is no pair. */
  evaluate(batches: Iterable<PairBatch>): DpoEvaluation {
    const { isOwn, sum } = this.sharedOut;
    let [ownLoss, ownPairs, ownLogProb, ownTokens] = [0, 0, 0, 0];
    const own: Record<string, number> = {};
    let index = 0;
    for (const batch of batches) {
      if (!isOwn(index++)) continue;
      const pass = this.pass(batch);
      ownLoss += pass.lossSum;
      ownPairs += batch.targetCount;
      for (const [name, of] of Object.entries(this.#objective.figuresOf(batch, pass))) {
        own[name] = (own[name] ?? 0) + of;
      }
      const found = logProbsOf(pass);
      for (let pair = 0; pair < batch.targetCount; pair++) {
        ownLogProb += found[pair]!;
        ownTokens += batch.rowTokens[pair]!;
      }
    }
    const [lossSum, pairs] = sum([ownLoss, ownPairs]);
    const [logProb, tokens] = sum([ownLogProb, ownTokens]);
    if (pairs === 0) throw new RangeError("no pair to evaluate on");
    // By the list, so that a process without a batch adds up the same ones.
    const sums = Object.fromEntries(dpoFigures.map((name) => [name, sum([own[name] ?? 0, 0])[0]]));
    const figures = meansOf(sums, pairs);
    return { loss: lossSum / pairs, natsPerToken: -logProb / tokens, tokens, figures };
  }
}
