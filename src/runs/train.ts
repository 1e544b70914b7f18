/**
 * A training run: data, model, steps, evaluations, samples, checkpoints. Everything it does follows
 * from its configuration and seed, and a run that was stopped and resumed ends with the very weights
 * of one that was not.
 */

import { decoderOf, type SavedModel } from "../../checkpoints/index.ts";
import { type Batch, BatchStream, evaluationBatches, hideTokens } from "../../data/index.ts";
import { type Engine, measurePeak, startEngine } from "../../engine/index.ts";
import type { Model } from "../../models/index.ts";
import { Clock, type Evaluation, Speed, Trainer } from "../../trainers/index.ts";
import type { Config } from "../config/index.ts";
import { SvgGenerator } from "../generate/index.ts";
import { beginTraining } from "./begin-run.ts";
import {
  type BaseFiles,
  openLatest,
  restoreRun,
  runStateOf,
  saveRun,
  tokenizerOf,
} from "./checkpoints.ts";
import { contextLengthOf } from "./context.ts";
import type { EvaluationEvent, RunObserver, RunResult } from "./events.ts";
import { drawOptions, stepsOf, trainerOptions } from "./options.ts";
import { type PreparedData, prepareData } from "./prepare-data.ts";
import { openPretrained, type Pretrained } from "./pretrained.ts";
import { writeDataFiles } from "./record/data-files.ts";
import { RunLog, tellBoth } from "./record/run-log.ts";
import type { RunLock } from "./run-lock.ts";
import { refuseOtherConfig, refuseOtherCorpus, runOrigin } from "./run-origin.ts";
import { initialRunState, type RunState } from "./run-state.ts";
import { makeTrainableModel, type TrainableModel } from "./trainable-model.ts";

export interface TrainOptions {
  readonly config: Config;
  /** The run's folder, as `runs/quickstart`; checkpoints are written into it. */
  readonly folder: string;
  /** Go on from the folder's newest whole checkpoint, with the configuration it was begun with. */
  readonly resume: boolean;
  /** Of the folder, where the caller has begun the run and releases it afterwards. */
  readonly lock?: RunLock;
  /** That this part of the run may take, in place of the configuration's for all parts together. */
  readonly minutes?: number | null;
  readonly observer?: RunObserver;
  /** Stops after the step that is being made, and saves. */
  readonly signal?: AbortSignal;
  /** An existing folder into which the engine writes a Chrome trace of every program. */
  readonly profileFolder?: string;
}

/**
 * Trains to the end of the configuration's steps, or to its time, or to the signal. The folder is
 * locked meanwhile, and holds the run's configuration, log and checkpoints afterwards, as those that
 * the command line trains.
 * @throws UsageError, RunLockedError where the folder holds another run, or other things
 * @throws ConfigError, CorpusChangedError where a run is not resumed as it was begun
 * @throws SourceError, CheckpointError, DivergenceError, StorageError
 */
export async function train(options: TrainOptions): Promise<RunResult> {
  const { config, folder, resume, observer = {} } = options;
  const recorded = { ...options, observer: tellBoth(new RunLog(config, folder), observer) };
  if (options.lock !== undefined) return trainLocked(recorded);
  const begun = beginTraining(folder, config, resume);
  try {
    return await trainLocked({ ...recorded, resume: begun.resume });
  } finally {
    begun.lock.release();
  }
}

async function trainLocked(options: TrainOptions): Promise<RunResult> {
  const { config, profileFolder } = options;
  const { engine } = await startEngine(config.train.engine, {
    threads: config.train.threads,
    precision: config.train.precision,
    ...(profileFolder === undefined ? {} : { profileFolder }),
  });
  try {
    const run = new Run(engine, options, await openInitialState(options));
    try {
      return await run.toTheEnd();
    } finally {
      run.dispose();
    }
  } finally {
    engine.dispose();
  }
}

/** The files that a run starts from, opened. */
interface InitialState {
  /** The run's own last checkpoint; null for a new run. */
  readonly resumed: SavedModel | null;
  readonly pretrained: Pretrained | null;
}

async function openInitialState({
  config,
  folder,
  resume,
  observer,
}: TrainOptions): Promise<InitialState> {
  const notice = (text: string) => observer?.onNotice?.(text);
  const resumed = resume ? openLatest(folder, notice) : null;
  if (resumed !== null) refuseOtherOrigin(folder, resumed, config);
  const { from } = config.model;
  if (from === null) return { resumed, pretrained: null };
  try {
    const base = resumed === null ? null : runStateOf(resumed)?.base;
    observer?.onPhase?.(`opening ${from}`);
    return {
      resumed,
      pretrained: await openPretrained(base?.source ?? from, {
        revision: base?.revision ?? null,
        onDownload: ({ received, total }) => observer?.onProgress?.("downloading", received, total),
      }),
    };
  } catch (error) {
    resumed?.close();
    throw error;
  }
}

/** Of what is known before the drawings are read. */
function refuseOtherOrigin(folder: string, resumed: SavedModel, config: Config): void {
  try {
    const origin = runStateOf(resumed)?.origin;
    if (origin) refuseOtherConfig(folder, origin.config, config, "in its config.yaml");
  } catch (error) {
    resumed.close();
    throw error;
  }
}

class Run {
  /** What is kept of the model that training began from. */
  readonly #base: BaseFiles | null;
  readonly #config: Config;
  readonly #options: TrainOptions;
  readonly #engine: Engine;
  readonly #observer: RunObserver;
  readonly #data: PreparedData;
  readonly #trainable: TrainableModel;
  readonly #model: Model;
  /** Tokens of a row. */
  readonly #context: number;
  readonly #trainer: Trainer;
  readonly #stream: BatchStream;
  readonly #steps: number;
  #state: RunState;
  #saved = -1;
  #heldOut: EvaluationEvent | null = null;

  constructor(engine: Engine, options: TrainOptions, { resumed, pretrained }: InitialState) {
    this.#base = pretrained?.checkpoint ?? null;
    const { config, observer = {} } = options;
    const { train } = config;
    this.#config = config;
    this.#options = options;
    this.#engine = engine;
    this.#observer = observer;
    try {
      const available = pretrained === null ? null : decoderOf(pretrained.checkpoint).contextLength;
      this.#context = contextLengthOf(config.model, available);
      observer.onPhase?.("reading and tokenizing the drawings");
      this.#data = prepareData(config, {
        ...(resumed === null ? {} : { saved: tokenizerOf(resumed) }),
        ...(pretrained === null ? {} : { pretrained: pretrained.checkpoint.tokenizer }),
        context: this.#context,
      });
      const { corpus } = this.#data;
      const begun = resumed === null ? null : (runStateOf(resumed)?.origin ?? null);
      if (begun !== null) refuseOtherCorpus(options.folder, begun.corpus, corpus);
      for (const note of this.#data.notes) observer.onNotice?.(note);
      writeDataFiles(options.folder, this.#data);
      const { tokenizer, added } = this.#data;
      const vocabularySize = tokenizer.vocabulary.size;
      const onLoading = (loaded: number, total: number) =>
        observer.onProgress?.("loading the model", loaded, total);
      const initial = { pretrained, resumed, onLoading };
      this.#trainable = makeTrainableModel({ engine, config, vocabularySize, added, ...initial });
      this.#model = this.#trainable.model;

      const stream = {
        batchSize: train.batchSize,
        sequenceLength: this.#context,
        packing: config.data.packing,
        lossOn: config.data.lossOn,
        captionDropout: config.data.captionDropout,
        seed: train.seed,
        pad: tokenizer.vocabulary.special.pad,
      };
      const rowsInEpoch = new BatchStream(this.#data.train, stream).rowsInEpoch;
      this.#steps = stepsOf(train, rowsInEpoch);
      this.#trainer = new Trainer(this.#model, {
        ...trainerOptions(config, this.#steps),
        trained: this.#trainable.trained,
      });
      const state = resumed === null ? initialRunState : restoreRun(resumed, this.#trainer);
      this.#state = { ...state, base: this.#trainable.base, origin: runOrigin(config, corpus) };
      this.#stream = new BatchStream(this.#data.train, stream, this.#state.stream);
    } finally {
      resumed?.close();
      pretrained?.checkpoint.close();
    }
  }

  async toTheEnd(): Promise<RunResult> {
    const { train } = this.#config;
    this.#observer.onPhase?.("measuring the machine's peak");
    const peakFlops = measurePeak(this.#engine);
    const resumedAt = this.#state.step;
    this.#observer.onStart?.({
      engine: this.#engine.describe(),
      parameters: this.#model.parameterCount,
      data: this.#data,
      steps: this.#steps,
      resumedAt,
      minutes: this.#minutesLeft(),
      peakFlops,
    });

    this.#evaluateStart();
    const clock = new Clock(this.#state.seconds);
    const ending = clock.minutes + (this.#minutesLeft() ?? Number.POSITIVE_INFINITY);
    const speed = new Speed(peakFlops);
    // One that is resumed after its time makes no step more.
    const late = resumedAt > 0 && clock.minutes >= ending;
    let outcome: RunResult["outcome"] = "finished";
    if (late && resumedAt < this.#steps) outcome = "out of time";
    while (!late && this.#state.step < this.#steps) {
      this.#step(clock, speed);
      const { step } = this.#state;
      if (step < this.#steps && due(step, train.evalEvery)) this.#evaluate(clock);
      if (due(step, train.sampleEvery)) this.#sample();
      // Lets a signal or a request through between steps.
      await new Promise((resolve) => setImmediate(resolve));
      const stopped = this.#options.signal?.aborted === true;
      if (stopped || clock.minutes >= ending) {
        outcome = step === this.#steps ? "finished" : stopped ? "interrupted" : "out of time";
        break;
      }
      if (step < this.#steps && due(step, train.saveEvery)) this.#save(clock);
    }
    if (outcome !== "interrupted") this.#evaluate(clock);
    this.#save(clock);
    return {
      outcome,
      step: this.#state.step,
      steps: this.#steps,
      heldOut: this.#heldOut,
      best: this.#state.best,
      tokensPerSecond: speed.tokensPerSecond,
      shareOfPeak: speed.shareOfPeak,
      seconds: clock.seconds,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      parameters: this.#model.parameterCount,
    };
  }

  /** From now on; null for no limit. */
  #minutesLeft(): number | null {
    const { minutes } = this.#options;
    if (minutes !== undefined) return minutes;
    const whole = this.#config.train.minutes;
    return whole === null ? null : Math.max(0, whole - this.#state.seconds / 60);
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#model.dispose();
  }

  #step(clock: Clock, speed: Speed): void {
    const { train } = this.#config;
    const batches = Array.from({ length: train.gradientAccumulationSteps }, (_, i) =>
      this.#nextBatch(i),
    );
    const started = performance.now();
    const result = this.#trainer.step(batches);
    const seconds = (performance.now() - started) / 1000;
    const positions = batches.reduce(
      (total, batch) => total + batch.batchSize * batch.sequenceLength,
      0,
    );
    const read = batches.reduce((total, { segments }) => total + countNonzero(segments), 0);
    speed.add(positions, this.#trainer.flopsPerStep(batches), seconds);
    this.#state = {
      ...this.#state,
      step: result.step,
      stream: this.#stream.state,
      tokens: this.#state.tokens + read,
      seconds: clock.seconds,
    };
    this.#observer.onStep?.({
      ...result,
      steps: this.#steps,
      epoch: this.#stream.epochs,
      tokensPerSecond: speed.tokensPerSecond,
      shareOfPeak: speed.shareOfPeak,
      secondsLeft: speed.secondsPerStep * (this.#steps - result.step),
      memory: this.#engine.memory(),
    });
  }

  /** @param index of the micro-batch within its step. */
  #nextBatch(index: number): Batch {
    const { hideTokens: share, seed } = this.#config.train;
    const { drawing, pad } = this.#data.tokenizer.vocabulary.special;
    const hidden = `${seed}/hidden/${this.#state.step}/${index}`;
    return hideTokens(this.#stream.next(), { share, drawing, pad, seed: hidden });
  }

  /** On the held-out drawings; the best model so far is saved at once. */
  #evaluate(clock: Clock): void {
    if (this.#data.heldOut.size === 0 || this.#heldOut?.step === this.#state.step) return;
    const { step, best } = this.#state;
    const evaluation = this.#scoreHeldOut();
    const isBest = best === null || evaluation.loss < best.loss;
    if (isBest) this.#state = { ...this.#state, best: { step, loss: evaluation.loss } };
    this.#heldOut = { ...evaluation, step, best: isBest };
    this.#observer.onEvaluation?.(this.#heldOut);
    if (isBest) this.#save(clock);
  }

  /** What a pretrained model needs for the held-out drawings before it learns: told, never the best. */
  #evaluateStart(): void {
    if (this.#config.model.from === null || this.#state.step > 0) return;
    if (this.#data.heldOut.size === 0) return;
    this.#observer.onPhase?.("scoring the held-out drawings before the first step");
    this.#observer.onEvaluation?.({ ...this.#scoreHeldOut(), step: 0, best: false });
  }

  #scoreHeldOut(): Evaluation {
    const { vocabulary } = this.#data.tokenizer;
    const batches = evaluationBatches(this.#data.heldOut, {
      batchSize: this.#config.train.batchSize,
      sequenceLength: this.#context,
      packing: this.#config.data.packing,
      pad: vocabulary.special.pad,
    });
    return this.#trainer.evaluate(batches);
  }

  #sample(): void {
    const { generate } = this.#config;
    const { heldOut } = this.#data;
    const known = Array.from({ length: heldOut.size }, (_, i) => heldOut.captions(i)[0] ?? "");
    const prompts = [...generate.prompts, ...known].slice(0, generate.samples);
    if (prompts.length === 0) return;
    const generator = new SvgGenerator(this.#model, this.#data.tokenizer);
    const drawings = generator.draw(prompts, {
      ...drawOptions(generate, this.#context),
      candidates: 1,
    });
    this.#observer.onSamples?.(this.#state.step, drawings);
  }

  #save(clock: Clock): void {
    const { step } = this.#state;
    if (this.#saved === step) return;
    this.#state = { ...this.#state, seconds: clock.seconds };
    const { tokenizer } = this.#data;
    const { folder } = this.#options;
    const saved = saveRun(
      folder,
      this.#trainable,
      this.#trainer,
      tokenizer,
      this.#state,
      this.#config.train.keep,
      this.#base,
    );
    this.#saved = step;
    this.#observer.onCheckpoint?.(saved);
  }
}

function due(step: number, every: number | null): boolean {
  return every !== null && step % every === 0;
}

function countNonzero(values: Int32Array): number {
  return values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
}
