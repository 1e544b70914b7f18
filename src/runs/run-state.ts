/** What a run needs, beside weights and moments, to go on as if it had never stopped. */
import { z } from "zod";
import { runOriginSchema } from "./run-origin.ts";

const count = z.number().int().nonnegative();

export const runStateSchema = z.strictObject({
  /** Updates made. */
  step: count,
  /** Where the stream of batches stands. */
  stream: z.strictObject({ epoch: count, row: count }),
  /** Tokens read, padding left out. */
  tokens: count,
  /** Spent on training so far, over all parts of the run. */
  seconds: z.number().nonnegative(),
  /** The step with the lowest held-out loss, in nats per token. */
  best: z.strictObject({ step: count, loss: z.number() }).nullable(),
  /** What `train.patience` is counted by. */
  waiting: z
    .strictObject({ lowest: z.number().nullable(), evaluations: count })
    .default({ lowest: null, evaluations: 0 }),
  /** The best steps, best first, by `train.bestMetric`: the lower the better. */
  bests: z
    .array(z.strictObject({ step: count, score: z.number() }))
    .readonly()
    .optional(),
  /** Of the steps, those that updated nothing, for their loss or gradient was not finite. */
  skipped: count.default(0),
  /** Of an update, over all processes; null in what earlier versions saved, of one process. */
  microBatches: z.number().int().positive().nullable().default(null),
  /** The pretrained model that the run began from, and how many rows its tables have here. */
  base: z
    .strictObject({
      source: z.string(),
      revision: z.string().nullable(),
      vocabularySize: count,
    })
    .nullable()
    .default(null),
  /** What the run was begun with; null in what earlier versions saved. */
  origin: runOriginSchema.nullable().default(null),
});

export type RunState = z.output<typeof runStateSchema>;

export const initialRunState: RunState = {
  step: 0,
  stream: { epoch: 0, row: 0 },
  tokens: 0,
  seconds: 0,
  best: null,
  waiting: { lowest: null, evaluations: 0 },
  skipped: 0,
  microBatches: null,
  base: null,
  origin: null,
};
