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

/** How several processes share the batches of an evaluation. */
export interface SharedOut {
  /** Whether this process computes the batch at this place. */
  readonly isOwn: (index: number) => boolean;
  /** Over all processes. */
  readonly sum: (numbers: readonly [number, number]) => readonly [number, number];
}

const notShared: SharedOut = { isOwn: () => true, sum: (numbers) => numbers };

/** @throws RangeError where no token counts, of which there is no mean. */
export function meanLoss(
  program: Pick<TrainingProgram<Batch>, "evaluate">,
  batches: Iterable<Batch>,
  { isOwn, sum }: SharedOut = notShared,
): Evaluation {
  const own: [lossSum: number, targetCount: number] = [0, 0];
  let index = 0;
  for (const batch of batches) {
    if (!isOwn(index++)) continue;
    const pass = program.evaluate(batch);
    own[0] += pass.lossSum;
    own[1] += pass.targetCount;
  }
  const [lossSum, targetCount] = sum(own);
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
