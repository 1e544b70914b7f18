/**
 * The loop of a run: steps, evaluations, samples, saves, and the reasons to stop. It knows neither
 * files nor configurations: whoever builds it says what a batch is, how to evaluate and how to save,
 * and gets back a state from which a later loop goes on as if this one had never stopped.
 */

import type { Batch, StreamState } from "../../data/index.ts";
import { alone, type Communicator, sumOf } from "../../distributed/index.ts";
import type { EngineMemory } from "../../engine/index.ts";
import type { Evaluation } from "../step/evaluation.ts";
import type { StepResult } from "../step/trainer-options.ts";
import { type RankedStep, ranked } from "./best.ts";
import { Clock, Speed } from "./speed.ts";
import { notWaiting, type Waiting, waitOn } from "./waiting.ts";

/** What makes updates; `Trainer` is one. */
export interface StepTrainer<B> {
  /** One update from the micro-batches together. */
  step(microBatches: readonly B[]): StepResult;
  /** Floating-point operations of the matrix products of a step. */
  flopsPerStep(microBatches: readonly B[]): number;
}

/** What a loop has to know of a batch. */
export type LoopBatch = Pick<Batch, "segments">;

/** The micro-batches of step after step. */
export interface StepBatches<B> {
  /** @param step counted from 0: how many were made before. */
  next(step: number): readonly B[];
  /** Where the stream stands after what was given out. */
  readonly state: StreamState;
  /** Passes over the data so far, with fractions. */
  readonly epochs: number;
}

/** All that a loop needs to go on, beside weights and moments. */
export interface LoopState {
  /** Updates made. */
  readonly step: number;
  readonly stream: StreamState;
  /** Tokens read, padding left out. */
  readonly tokens: number;
  /** Spent so far, over all parts of the run. */
  readonly seconds: number;
  /** The best step so far and its held-out loss, in nats a token. */
  readonly best: { readonly step: number; readonly loss: number } | null;
  /** Without a lower held-out loss; none unless given. */
  readonly waiting?: Waiting;
  /** The best steps, best first; `best` alone unless given. */
  readonly bests?: readonly RankedStep[] | undefined;
}

export interface LoopStep extends StepResult {
  /** Of the whole run. */
  readonly steps: number;
  readonly epoch: number;
  /** Tokens read per second, padding left out, forward and backward. */
  readonly tokensPerSecond: number;
  /** Of the machine's measured peak, 0 to 1. */
  readonly shareOfPeak: number;
  readonly secondsLeft: number;
  /** What is alive on the engine. */
  readonly memory: EngineMemory;
}

export interface HeldOutLoss extends Evaluation {
  /** Of the averaged weights, where an average is kept. */
  readonly average?: number;
  /** What training lowers and patience waits for, where that is not the loss: DPO's loss a pair. */
  readonly objective?: number;
  /** What the best are chosen by, the lower the better; the objective or the loss unless given. */
  readonly score?: number;
  /** Further figures, by name. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface LoopEvaluation extends HeldOutLoss {
  readonly step: number;
  /** Whether this is the best so far: by its score, mostly the held-out loss. */
  readonly best: boolean;
}

/** How long, and how often; every period is in steps, null for none but at the end. */
export interface LoopOptions {
  /** Updates of the whole run. */
  readonly steps: number;
  /** That this part of the run may take; null for no limit. */
  readonly minutes: number | null;
  readonly evalEvery: number | null;
  readonly saveEvery: number | null;
  readonly sampleEvery: number | null;
  /** Due evaluations without a lower loss that end the run; null or nothing for no such end. */
  readonly patience?: number | null;
  /** Best steps that are saved as they come and kept; 1 unless given. */
  readonly keepBest?: number;
  /** Evaluate once before the first step: told, never the best. */
  readonly evaluateFirst: boolean;
  /** The machine's peak, in floating-point operations per second. */
  readonly peakFlops: number;
}

export interface LoopParts<B> {
  readonly trainer: StepTrainer<B>;
  readonly batches: StepBatches<B>;
  /** On held-out data; null where there is none. */
  readonly evaluate: (() => HeldOutLoss) | null;
  /** Shows what the model draws after this step. */
  readonly sample?: (step: number) => void;
  /** Keeps model, moments and this state together. */
  readonly save: (state: LoopState) => void;
  readonly memory: () => EngineMemory;
  readonly onStep?: (event: LoopStep) => void;
  readonly onEvaluation?: (event: LoopEvaluation) => void;
  /** Stops after the step that is being made, and saves. */
  readonly signal?: AbortSignal;
  /**
   * Processes whose loops run in step: they evaluate and save together, and where one has to stop, all
   * do. This one alone unless given.
   */
  readonly communicator?: Communicator;
}

/** How a run ended. */
export const loopOutcomes = ["finished", "stopped early", "interrupted", "out of time"] as const;

export type LoopOutcome = (typeof loopOutcomes)[number];

export interface LoopResult {
  readonly outcome: LoopOutcome;
  readonly state: LoopState;
  /** The last evaluation; null where none was made. */
  readonly heldOut: LoopEvaluation | null;
  /** Over the steps of this part of the run. */
  readonly tokensPerSecond: number;
  readonly shareOfPeak: number;
}

export class TrainingLoop<B extends LoopBatch> {
  readonly #options: LoopOptions;
  readonly #parts: LoopParts<B>;
  readonly #clock: Clock;
  readonly #speed: Speed;
  #state: LoopState;
  #saved = -1;
  #heldOut: LoopEvaluation | null = null;

  /** @param state to go on from. */
  constructor(options: LoopOptions, parts: LoopParts<B>, state: LoopState) {
    this.#options = options;
    this.#parts = parts;
    this.#state = state;
    this.#clock = new Clock(state.seconds);
    this.#speed = new Speed(options.peakFlops);
  }

  /**
   * To the end of the steps, of the time or the patience, or to the signal; saved at the end in any case.
   * @throws what the parts throw; what was saved before stays.
   */
  async run(): Promise<LoopResult> {
    const { steps, minutes, evalEvery, sampleEvery, saveEvery } = this.#options;
    const first = this.#state.step;
    if (first === 0 && this.#options.evaluateFirst) this.#evaluateFirst();
    const ending = this.#clock.minutes + (minutes ?? Number.POSITIVE_INFINITY);
    // One that is resumed after its time makes no step more.
    const late = first > 0 && this.#agreed(this.#clock.minutes >= ending);
    let outcome: LoopResult["outcome"] = late && first < steps ? "out of time" : "finished";
    while (!late && this.#state.step < steps && !this.#isOutOfPatience) {
      this.#step();
      const { step } = this.#state;
      if (step < steps && due(step, evalEvery)) this.#evaluate("due");
      if (due(step, sampleEvery)) this.#parts.sample?.(step);
      // Lets a signal or a request through between steps.
      await new Promise((resolve) => setImmediate(resolve));
      const stopped = this.#agreed(this.#parts.signal?.aborted === true);
      if (stopped || this.#agreed(this.#clock.minutes >= ending)) {
        outcome = step === steps ? "finished" : stopped ? "interrupted" : "out of time";
        break;
      }
      if (step < steps && due(step, saveEvery)) this.#save();
    }
    const { step } = this.#state;
    if (outcome === "finished" && step < steps && this.#isOutOfPatience) outcome = "stopped early";
    if (outcome !== "interrupted") this.#evaluate("at the end");
    this.#save();
    const { tokensPerSecond, shareOfPeak } = this.#speed;
    return { outcome, state: this.#state, heldOut: this.#heldOut, tokensPerSecond, shareOfPeak };
  }

  get #isOutOfPatience(): boolean {
    const { patience = null } = this.#options;
    return patience !== null && (this.#state.waiting?.evaluations ?? 0) >= patience;
  }

  /** Whether it is so for one of the processes: their clocks and signals differ. */
  #agreed(own: boolean): boolean {
    return sumOf(this.#communicator, [own ? 1 : 0])[0] > 0;
  }

  get #communicator(): Communicator {
    return this.#parts.communicator ?? alone;
  }

  #step(): void {
    const { trainer, batches, memory, onStep } = this.#parts;
    const { steps } = this.#options;
    const microBatches = batches.next(this.#state.step);
    const started = performance.now();
    const result = trainer.step(microBatches);
    const seconds = (performance.now() - started) / 1000;
    const [read] = sumOf(this.#communicator, [
      microBatches.reduce((total, { segments }) => total + countNonzero(segments), 0),
    ]);
    this.#speed.add(read, trainer.flopsPerStep(microBatches), seconds);
    this.#state = {
      ...this.#state,
      step: this.#state.step + 1,
      stream: batches.state,
      tokens: this.#state.tokens + read,
      seconds: this.#clock.seconds,
    };
    const { step } = this.#state;
    onStep?.({
      ...result,
      step,
      steps,
      epoch: batches.epochs,
      tokensPerSecond: this.#speed.tokensPerSecond,
      shareOfPeak: this.#speed.shareOfPeak,
      secondsLeft: this.#speed.secondsPerStep * (steps - step),
      memory: memory(),
    });
  }

  /** One of the best models so far is saved at once. */
  #evaluate(when: "due" | "at the end"): void {
    const { evaluate, onEvaluation } = this.#parts;
    const { step, best, waiting = notWaiting } = this.#state;
    const { bests = best === null ? [] : [{ step: best.step, score: best.loss }] } = this.#state;
    if (evaluate === null || this.#heldOut?.step === step) return;
    const evaluation = evaluate();
    const { loss, objective = loss, score = objective } = evaluation;
    if (when === "due") this.#state = { ...this.#state, waiting: waitOn(waiting, objective) };
    const now = ranked(bests, { step, score }, this.#options.keepBest ?? 1);
    const isBest = now[0]?.step === step;
    this.#state = { ...this.#state, bests: now, ...(isBest ? { best: { step, loss } } : {}) };
    this.#heldOut = { ...evaluation, step, best: isBest };
    onEvaluation?.(this.#heldOut);
    if (now.some((each) => each.step === step)) this.#save();
  }

  #evaluateFirst(): void {
    const { evaluate, onEvaluation } = this.#parts;
    if (evaluate !== null) onEvaluation?.({ ...evaluate(), step: 0, best: false });
  }

  #save(): void {
    if (this.#saved === this.#state.step) return;
    this.#state = { ...this.#state, seconds: this.#clock.seconds };
    this.#parts.save(this.#state);
    this.#saved = this.#state.step;
  }
}

function due(step: number, every: number | null): boolean {
  return every !== null && step % every === 0;
}

function countNonzero(values: Int32Array): number {
  return values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
}
