/** The loss over batches, without learning. */
import type { Model } from "../models/index.ts";
import type { Batch } from "../src/data/index.ts";
import { TrainingProgram } from "./training-program.ts";

export interface Evaluation {
  /** Mean over the counted tokens, in nats. */
  readonly loss: number;
  readonly counted: number;
}

/** @throws RangeError where no token counts, of which there is no mean. */
export function meanLoss(
  program: Pick<TrainingProgram, "evaluate">,
  batches: Iterable<Batch>,
): Evaluation {
  let lossSum = 0;
  let counted = 0;
  for (const batch of batches) {
    const pass = program.evaluate(batch);
    lossSum += pass.lossSum;
    counted += pass.counted;
  }
  if (counted === 0) throw new RangeError("batches without a single counted token have no loss");
  return { loss: lossSum / counted, counted };
}

/**
 * A model's mean loss, with its products as generation computes them, whatever its weights are kept in.
 * @throws RangeError as {@link meanLoss}.
 */
export function evaluateModel(model: Model, batches: Iterable<Batch>): Evaluation {
  const program = new TrainingProgram(model, []);
  try {
    return meanLoss(program, batches);
  } finally {
    program.dispose();
  }
}
