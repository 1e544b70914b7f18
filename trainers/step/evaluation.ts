/** The loss over batches, without learning. */

import type { Batch } from "../../data/index.ts";
import type { Model } from "../../models/index.ts";
import { likelihood } from "../loss/objective.ts";
import { TrainingProgram } from "./training-program.ts";

export interface Evaluation {
  /** Mean over the target tokens, in nats. */
  readonly loss: number;
  readonly targetCount: number;
}

/** @throws RangeError where no token counts, of which there is no mean. */
export function meanLoss(
  program: Pick<TrainingProgram<Batch>, "evaluate">,
  batches: Iterable<Batch>,
): Evaluation {
  let lossSum = 0;
  let targetCount = 0;
  for (const batch of batches) {
    const pass = program.evaluate(batch);
    lossSum += pass.lossSum;
    targetCount += pass.targetCount;
  }
  if (targetCount === 0)
    throw new RangeError("batches without a single counted token have no loss");
  return { loss: lossSum / targetCount, targetCount: targetCount };
}

/**
 * A model's mean loss, with its products as generation computes them, whatever its weights are kept in.
 * @throws RangeError where there is no target.
 */
export function evaluateModel(model: Model, batches: Iterable<Batch>): Evaluation {
  const program = new TrainingProgram(model, [], likelihood);
  try {
    return meanLoss(program, batches);
  } finally {
    program.dispose();
  }
}
