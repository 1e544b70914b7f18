/**
 * The training step: gradients of the micro-batches, clipping, the optimiser's update. Knows nothing
 * of files, folders or data sets; `train` builds a run around it.
 */

import type { Batch } from "../../data/index.ts";
import { gatherValues, sumOf } from "../../distributed/index.ts";
import type { TensorData } from "../../engine/index.ts";
import { PathloomError } from "../../errors/index.ts";
import type { Model } from "../../models/index.ts";
import { SpikeDetector } from "../guards/spikes.ts";
import { type Suspect, worstOf } from "../guards/suspects.ts";
import { type LossBatch, likelihood, type Objective, type PassResult } from "../loss/objective.ts";
import { isOwn, oneProcess, type ParallelOptions, placeOf } from "../parallel/options.ts";
import { ReplicatedUpdate } from "../parallel/replicated-update.ts";
import { ShardedUpdate } from "../parallel/sharded-update.ts";
import type { SavedTensor, Update } from "../parallel/update.ts";
import { learningRateAt } from "../schedules/schedule.ts";
import { type Evaluation, meanLoss, type SharedOut } from "./evaluation.ts";
import { clippingScale } from "./gradient-norm.ts";
import { optimised, trainedSpecs } from "./trained-parameters.ts";
import type { StepResult, TrainerOptions } from "./trainer-options.ts";
import { TrainingProgram } from "./training-program.ts";
import { WeightAverage } from "./weight-average.ts";

/** So many steps without an update one after the other are no accident. */
const mostSkipped = 10;

/**
 * The numbers went out of range; the parameters are those before the step.
 * @example
 * try {
 *   await train({ config, folder: "runs/icons", resume: false });
 * } catch (error) {
 *   if (!(error instanceof DivergenceError)) throw error;
 *   console.error("lower train.lr, or warm up longer:", error.message);
 * }
 */
export class DivergenceError extends PathloomError {
  override readonly name: string = "DivergenceError";
  override readonly code: string = "ERR_DIVERGENCE";
}

/** Updates a model batch by batch: the objective's loss, gradients, clipping, optimiser. */
export class ObjectiveTrainer<B extends LossBatch> {
  readonly model: Model;
  readonly #options: TrainerOptions;
  readonly #objective: Objective<B>;
  readonly #program: TrainingProgram<B>;
  readonly #parallel: ParallelOptions;
  readonly #update: Update;
  readonly #average: WeightAverage | null;
  readonly #spikes: SpikeDetector | null;
  /** Steps that updated nothing: in all, and one after the other. */
  #skipped = 0;
  #inARow = 0;

  constructor(model: Model, options: TrainerOptions, objective: Objective<B>) {
    const futureWeight = objective.trainsHeads === true ? (options.futureWeight ?? 0) : 0;
    const specs = trainedSpecs(model, options.trained).filter(
      // Without a loss of theirs, decay would be all that they learn.
      ({ name }) => futureWeight > 0 || !name.startsWith("future."),
    );
    this.model = model;
    this.#objective = objective;
    this.#options = options;
    this.#program = new TrainingProgram(
      model,
      specs.map((spec) => spec.name),
      objective,
      { ...options, futureWeight, dropout: options.dropout?.rate ?? 0 },
    );
    this.#parallel = options.parallel ?? oneProcess;
    this.#spikes = options.spikes == null ? null : new SpikeDetector(options.spikes);
    const parameters = optimised(model, specs, options);
    const isSharded = this.#parallel.shardOptimizer && this.#parallel.communicator.size > 1;
    this.#update = new (isSharded ? ShardedUpdate : ReplicatedUpdate)(
      model.engine,
      parameters,
      this.#program.gradients,
      options.optimiser,
      this.#parallel,
    );
    this.#average =
      options.average == null ? null : new WeightAverage(model.engine, parameters, options.average);
  }

  /** Steps made so far, those too that updated nothing. */
  get steps(): number {
    return this.#update.steps + this.#skipped;
  }

  /** Steps that updated nothing, for their loss or gradient was not finite. */
  get skipped(): number {
    return this.#skipped;
  }

  /**
   * One update from the micro-batches together, as if they were one batch.
   * @param microBatches where several processes train, those of this one (see `isOwn`).
   * @throws DivergenceError when the loss or the gradient is not finite, unless such steps are skipped,
   * and when too many were one after the other; nothing was updated.
   */
  step(microBatches: readonly B[]): StepResult {
    const { communicator } = this.#parallel;
    const [targetCount] = sumOf(communicator, [
      microBatches.reduce((total, batch) => total + batch.targetCount, 0),
    ]);
    if (targetCount === 0) throw new DivergenceError("a step without a single counted token");
    let ownSum = 0;
    const own: Record<string, number> = {};
    if (microBatches.length === 0) this.#program.clearGradients();
    for (const [i, batch] of microBatches.entries()) {
      const place = placeOf(i, communicator);
      const seed = `${this.#options.dropout?.seed}/${this.steps}/${place}`;
      const pass = this.#program.forwardBackward(batch, 1 / targetCount, i > 0, seed);
      ownSum += pass.lossSum;
      addTo(own, this.#objective.figuresOf(batch, pass));
    }
    const [lossSum, named] = sumOf(communicator, [ownSum, Object.keys(own).length]);
    const sums: Record<string, number> = {};
    const all = named === 0 ? [] : gatherValues(communicator, own);
    for (const each of all) addTo(sums, each);
    const loss = lossSum / targetCount;
    this.#update.reduce();
    const gradientNorm = this.#update.norm();
    const learningRate = learningRateAt(this.steps, this.#options.schedule);
    const figures = {
      ...{ loss, targetCount, learningRate, gradientNorm },
      ...(Object.keys(sums).length === 0 ? {} : { figures: meansOf(sums, targetCount) }),
    };
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      return this.#skip(microBatches, figures);
    }
    this.#inARow = 0;
    const usual = this.#spikes?.look(loss) ?? null;
    // Before the update: what they cost the weights that they met.
    const trouble =
      usual === null
        ? null
        : ({ kind: "spike", usual, suspects: this.#suspects(microBatches) } as const);
    const scale = clippingScale(gradientNorm, this.#options.clip);
    this.#update.step(learningRate, scale);
    this.#average?.update(this.steps);
    return { step: this.steps, ...figures, trouble };
  }

  #skip(microBatches: readonly B[], figures: Omit<StepResult, "step" | "trouble">): StepResult {
    const { loss, gradientNorm } = figures;
    const step = this.steps + 1;
    const what = `step ${step}: loss ${loss}, gradient norm ${gradientNorm}`;
    const remedy = "try a lower train.lr or a longer train.warmupSteps";
    if (this.#options.skipNonFinite !== true) {
      throw new DivergenceError(
        `${what}; ${remedy}, or train.nonFinite skip if a few samples are to blame`,
      );
    }
    if (this.#inARow >= mostSkipped) {
      throw new DivergenceError(
        `${what}, as at the ${mostSkipped} steps before, which were skipped; ${remedy}`,
      );
    }
    this.#skipped++;
    this.#inARow++;
    const suspects = this.#suspects(microBatches);
    return { step, ...figures, trouble: { kind: "non-finite", usual: null, suspects } };
  }

  #suspects(microBatches: readonly B[]): Suspect[] {
    const score = (batch: B) => this.#program.evaluate(batch);
    const own = this.#objective.suspects(score, microBatches);
    return worstOf(gatherValues(this.#parallel.communicator, own).flat());
  }

  /** A forward pass, without learning. */
  pass(batch: B): PassResult {
    return this.#program.evaluate(batch);
  }

  /** Whether a moving average of the weights is kept. */
  get keepsAverage(): boolean {
    return this.#average !== null;
  }

  /**
   * Does something with the averaged weights in the model's place, and puts its own back.
   * @throws RangeError where no average is kept.
   */
  withAverage<T>(use: () => T): T {
    if (this.#average === null) throw new RangeError("no average of the weights is kept");
    this.#average.exchange();
    try {
      return use();
    } finally {
      this.#average.exchange();
    }
  }

  /** The processes that train together, as an evaluation is shared out among them. */
  protected get sharedOut(): SharedOut {
    const { communicator } = this.#parallel;
    return {
      isOwn: (index) => isOwn(index, communicator),
      sum: (numbers) => sumOf(communicator, numbers),
    };
  }

  /** Floating-point operations of the matrix products of a step over these micro-batches. */
  flopsPerStep(microBatches: readonly B[]): number {
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

  /**
   * What a resumed run needs beside the parameters: moments, and the average where one is kept. The same
   * whether one process kept it or several, which ask for it together.
   */
  state(): Map<string, SavedTensor> {
    return new Map([...this.#update.state(), ...(this.#average?.state() ?? [])]);
  }

  /**
   * Goes on from a saved state.
   * @param read the values of an entry of {@link state} by its name.
   * @param skipped of the steps, those that updated nothing.
   */
  restore(steps: number, read: (name: string) => TensorData, skipped = 0): void {
    this.#skipped = skipped;
    this.#update.restore(steps - skipped, read);
    this.#average?.restore(read);
  }

  /** Frees what the trainer made; the model stays. */
  dispose(): void {
    this.#program.dispose();
    this.#update.dispose();
    this.#average?.dispose();
  }
}

/**
 * Updates a model batch by batch by the likelihood of the target tokens.
 * @example
 * const trainer = new Trainer(model, {
 *   optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
 *   schedule: { schedule: "cosine", learningRate: 1e-3, minRatio: 0.1, warmupSteps: 100, steps: 1000 },
 *   clip: 1,
 * });
 * for (const batch of batches) console.log(trainer.step([batch]).loss);
 */
export class Trainer extends ObjectiveTrainer<Batch> {
  constructor(model: Model, options: TrainerOptions) {
    super(model, options, likelihood);
  }

  /** Mean loss over batches, without learning; several processes share them out. @throws RangeError where no token of them counts. */
  evaluate(batches: Iterable<Batch>): Evaluation {
    return meanLoss({ evaluate: (batch) => this.pass(batch) }, batches, this.sharedOut);
  }
}

function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + value;
}

export function meansOf(
  sums: Readonly<Record<string, number>>,
  count: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}
