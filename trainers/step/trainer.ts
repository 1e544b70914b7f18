/**
 * The training step: gradients of the micro-batches, clipping, the optimiser's update. Knows nothing
 * of files, folders or data sets; `train` builds a run around it.
 */

import type { Batch } from "../../data/index.ts";
import { PathloomError } from "../../errors/index.ts";
import type { Model, ParameterSpec } from "../../models/index.ts";
import { AdamW, type AdamWOptions } from "../optimisers/adamw.ts";
import { Muon } from "../optimisers/muon.ts";
import type { Optimizer } from "../optimisers/optimizer.ts";
import { learningRateAt, type ScheduleOptions } from "../schedules/schedule.ts";
import { type Evaluation, meanLoss } from "./evaluation.ts";
import { clippingScale, GradientNorm } from "./gradient-norm.ts";
import { TrainingProgram } from "./training-program.ts";

export interface TrainerOptions {
  readonly optimiser: AdamWOptions;
  /** Hidden matrices learn by Muon with this momentum, the rest by AdamW; null or left out: all by AdamW. */
  readonly muon?: { readonly momentum: number } | null;
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
  /** Compute a layer's inner results again in the backward pass, instead of keeping them. */
  readonly checkpointing?: boolean;
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
}

/** The numbers went out of range; the parameters are those before the step. */
export class DivergenceError extends PathloomError {
  override readonly name: string = "DivergenceError";
  override readonly code: string = "ERR_DIVERGENCE";
}

export class Trainer {
  readonly model: Model;
  readonly #options: TrainerOptions;
  readonly #program: TrainingProgram;
  readonly #norm: GradientNorm;
  readonly #optimiser: Optimizer;

  constructor(model: Model, options: TrainerOptions) {
    const specs = trainedSpecs(model, options.trained);
    this.model = model;
    this.#options = options;
    this.#program = new TrainingProgram(
      model,
      specs.map((spec) => spec.name),
      options.dropout?.rate,
      options.checkpointing,
    );
    this.#norm = new GradientNorm(model.engine, this.#program.gradients);
    const parameters = specs.map(({ name, decay }) => ({
      name,
      decay,
      buffer: model.parameters.get(name)!,
      rate: rateOf(name, options),
    }));
    const { optimiser: adamw, muon = null } = options;
    this.#optimiser =
      muon === null
        ? new AdamW(model.engine, parameters, adamw)
        : new Muon(model.engine, parameters, {
            momentum: muon.momentum,
            weightDecay: adamw.weightDecay,
            rest: adamw,
          });
  }

  /** Steps made so far. */
  get steps(): number {
    return this.#optimiser.steps;
  }

  /**
   * One update from the micro-batches together, as if they were one batch.
   * @throws DivergenceError when the loss or the gradient is not finite; nothing was updated.
   */
  step(microBatches: readonly Batch[]): StepResult {
    const targetCount = microBatches.reduce((total, batch) => total + batch.targetCount, 0);
    if (targetCount === 0) throw new DivergenceError("a step without a single counted token");
    let lossSum = 0;
    for (const [i, batch] of microBatches.entries()) {
      const seed = `${this.#options.dropout?.seed}/${this.steps}/${i}`;
      lossSum += this.#program.forwardBackward(batch, 1 / targetCount, i > 0, seed).lossSum;
    }
    const loss = lossSum / targetCount;
    const gradientNorm = this.#norm.measure();
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new DivergenceError(
        `step ${this.steps + 1}: loss ${loss}, gradient norm ${gradientNorm}; try a lower train.lr or a longer train.warmupSteps`,
      );
    }
    const learningRate = learningRateAt(this.steps, this.#options.schedule);
    const scale = clippingScale(gradientNorm, this.#options.clip);
    this.#optimiser.step(this.#program.gradients, learningRate, scale);
    return { step: this.steps, loss, targetCount: targetCount, learningRate, gradientNorm };
  }

  /** Mean loss over batches, without learning. @throws RangeError where no token of them counts. */
  evaluate(batches: Iterable<Batch>): Evaluation {
    return meanLoss(this.#program, batches);
  }

  /** Floating-point operations of the matrix products of a step over these micro-batches. */
  flopsPerStep(microBatches: readonly Batch[]): number {
    return microBatches.reduce((total, batch) => total + this.#program.flopsOf(batch), 0);
  }

  /** The gradients of the last step, by parameter name: copies, for tests and inspection. */
  gradients(): Map<string, Float32Array> {
    return new Map(
      Object.entries(this.#program.gradients).map(([name, buffer]) => [
        name,
        (buffer.read() as Float32Array).slice(),
      ]),
    );
  }

  /** What a resumed run needs beside the parameters. */
  get optimiser(): Pick<Optimizer, "state" | "restore" | "steps"> {
    return this.#optimiser;
  }

  /** Frees what the trainer made; the model stays. */
  dispose(): void {
    this.#program.dispose();
    this.#norm.dispose();
    this.#optimiser.dispose();
  }
}

/** The embeddings and the head, whole or some rows of them, of the decoder or of an adapter. */
const tokenTable = /(^|\.)(embedding\.weight|head\.weight|head\.bias)(\.rows)?$/;

function rateOf(name: string, options: TrainerOptions): number {
  if (name.endsWith(".loraB")) return options.loraPlusRatio ?? 1;
  return tokenTable.test(name) ? (options.tokenTableRatio ?? 1) : 1;
}

/** @throws RangeError for a name that the model does not train. */
function trainedSpecs(model: Model, names: readonly string[] | undefined): ParameterSpec[] {
  if (names === undefined) return [...model.trainable];
  const specs = new Map(model.trainable.map((spec) => [spec.name, spec]));
  return names.map((name) => {
    const spec = specs.get(name);
    if (spec === undefined) throw new RangeError(`the model has no parameter "${name}" to train`);
    return spec;
  });
}
