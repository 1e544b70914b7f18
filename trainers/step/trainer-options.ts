/** What a trainer is told, and what each step comes to. */
import type { SpikeOptions } from "../guards/spikes.ts";
import type { Suspect } from "../guards/suspects.ts";
import type { OptimizerOptions } from "../optimisers/make-optimizer.ts";
import type { ParameterGroup } from "../optimisers/parameter-groups.ts";
import type { ParallelOptions } from "../parallel/options.ts";
import type { ScheduleOptions } from "../schedules/schedule.ts";
import type { AverageOptions } from "./weight-average.ts";

export interface TrainerOptions {
  readonly optimiser: OptimizerOptions;
  /** Parameters that learn at a rate or with a decay of their own; the first group that matches counts. */
  readonly groups?: readonly ParameterGroup[];
  readonly schedule: ScheduleOptions;
  /** Largest global norm of the gradient; 0 for none. */
  readonly clip: number;
  /** Share of the residual stream's additions that is dropped in training; 0 where left out. */
  readonly dropout?: { readonly rate: number; readonly seed: number };
  /** Names of the parameters to train; unless given, those that the model names as trainable. */
  readonly trained?: readonly string[];
  /** How many times faster than the rest the `B` of adapters learn (LoRA+); 1 unless given. */
  readonly loraPlusRatio?: number;
  /** How many times faster than the rest the tables of tokens learn; 1 unless given. */
  readonly tokenTableRatio?: number;
  /** Of NEFTune's noise on the embeddings; 0 where left out. */
  readonly neftuneAlpha?: number;
  /** Share of each target that is spread over the vocabulary; 0 where left out. */
  readonly labelSmoothing?: number;
  /** Times the squared log-normaliser, added to the loss; 0 where left out. */
  readonly zLoss?: number;
  /** Times the mean loss of heads of tokens further on; 0 where left out, which trains none. */
  readonly futureWeight?: number;
  /** A moving average of the weights, kept beside them; none unless given. */
  readonly average?: AverageOptions | null;
  /** Skip the update of a step whose loss or gradient is not finite, instead of throwing; false unless given. */
  readonly skipNonFinite?: boolean;
  /** Name the samples of a step whose loss stands out; null or left out: no step is looked at. */
  readonly spikes?: SpikeOptions | null;
  /** Compute a layer's inner results again in the backward pass, instead of keeping them. */
  readonly checkpointing?: boolean;
  /** Processes that train this model together, each with a trainer of its own; this one alone unless given. */
  readonly parallel?: ParallelOptions;
}

export interface StepResult {
  /** Steps made, this one included. */
  readonly step: number;
  /** Mean over the target tokens before the update, in nats. */
  readonly loss: number;
  readonly targetCount: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** What was wrong with the step; null where nothing was. */
  readonly trouble: StepTrouble | null;
  /** Further means that the objective tells, by name. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface StepTrouble {
  /** `non-finite`: nothing was updated. `spike`: the update was made. */
  readonly kind: "non-finite" | "spike";
  /** Mean loss of the steps before; null where it is not known. */
  readonly usual: number | null;
  /** The samples with the highest loss, the worst first. */
  readonly suspects: readonly Suspect[];
}
