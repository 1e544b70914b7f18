/** A run's objects, made of its configuration: data, model, trainer, batches, and where it goes on. */

import { decoderOf } from "../../checkpoints/index.ts";
import { alone } from "../../distributed/index.ts";
import type { Buffer, Engine } from "../../engine/index.ts";
import { averagesIn, matching, refuseDrift } from "../../trainers/index.ts";
import { ConfigError } from "../config/index.ts";
import { SvgGenerator } from "../generate/index.ts";
import {
  type BaseFiles,
  type KeptTrainer,
  restoreRun,
  runStateOf,
  saveRun,
  tokenizerOf,
} from "./checkpoints.ts";
import { contextLengthOf } from "./context.ts";
import { dpoLearning } from "./dpo-learning.ts";
import type { InitialState } from "./initial-state.ts";
import { type BegunLearning, type LearningOptions, likelihoodLearning } from "./learning.ts";
import { drawOptions, microBatchesOf, parallelOptions } from "./options.ts";
import { type PreparedData, prepareData } from "./prepare-data.ts";
import { writeDataFiles } from "./record/data-files.ts";
import { refuseOtherCorpus, runOrigin } from "./run-origin.ts";
import { initialRunState, type RunState } from "./run-state.ts";
import { drawsCaptions } from "./tasks.ts";
import type { TrainOptions } from "./train-options.ts";
import { makeTrainableModel, type TrainableModel } from "./trainable-model.ts";

export interface Assembly extends BegunLearning {
  readonly data: PreparedData;
  readonly trainable: TrainableModel;
  /** Positions of a row. */
  readonly context: number;
  /** Updates of the whole run. */
  readonly steps: number;
  /** To go on from. */
  readonly state: RunState;
  readonly sample: (step: number) => void;
  /** All processes save together. @returns the checkpoint's folder; null where another one writes. */
  readonly save: (state: RunState) => string | null;
  dispose(): void;
}

/**
 * Reads the drawings, makes the model, and puts back what the run saved. The opened files are closed.
 * @throws SourceError, ConfigError, CheckpointError, CorpusChangedError
 */
export async function assembleRun(
  engine: Engine,
  options: TrainOptions,
  { resumed, pretrained }: InitialState,
): Promise<Assembly> {
  const { config, folder, observer = {}, communicator = alone } = options;
  const isWriter = communicator.rank === 0;
  const { train, generate } = config;
  try {
    const available = pretrained === null ? null : decoderOf(pretrained.checkpoint).contextLength;
    const context = contextLengthOf(config.model, available);
    observer.onPhase?.("reading and tokenizing the drawings");
    const data = await prepareData(config, {
      ...(resumed === null ? {} : { saved: tokenizerOf(resumed) }),
      ...(pretrained === null
        ? {}
        : {
            pretrained: pretrained.checkpoint.tokenizer,
            settings: pretrained.checkpoint.tokenizerSettings,
          }),
      context,
    });
    const begun = resumed === null ? null : (runStateOf(resumed)?.origin ?? null);
    if (begun !== null) refuseOtherCorpus(folder, begun.corpus, data.corpus);
    for (const note of data.notes) observer.onNotice?.(note);
    if (isWriter) writeDataFiles(folder, data);
    const { tokenizer, added, heldOut } = data;
    const vocabularySize = tokenizer.vocabulary.size;
    const onLoading = (loaded: number, total: number) =>
      observer.onProgress?.("loading the model", loaded, total);
    const initial = { pretrained, resumed, onLoading };
    const trainable = makeTrainableModel({
      engine,
      config,
      vocabularySize,
      structure: tokenizer.structure,
      added,
      ...initial,
    });

    const trained = withoutFrozen(trainable.trained, train.frozen);
    const before = resumed === null ? null : runStateOf(resumed);
    const microBatches = microBatchesOf(config, communicator, before);
    const parallel = parallelOptions(config, communicator);
    const learn = { config, data, trainable, trained, context, microBatches, parallel };
    const learning = train.task === "dpo" ? ofPairs(learn, options) : likelihoodLearning(learn);
    const { trainer, steps } = learning;
    const restored = resumed === null ? initialRunState : restoreRun(resumed, trainer);
    const origin = runOrigin(config, data.corpus);
    const state = { ...restored, base: trainable.base, origin, microBatches };
    const base: BaseFiles | null = pretrained?.checkpoint ?? null;
    return {
      data,
      trainable,
      context,
      steps,
      state,
      ...learning.begin(state),
      sample: (step) => {
        if (!isWriter || !drawsCaptions(config)) return;
        const known = Array.from({ length: heldOut.size }, (_, i) => heldOut.captions(i)[0] ?? "");
        const prompts = [...generate.prompts, ...known].slice(0, generate.samples);
        if (prompts.length === 0) return;
        const drawings = new SvgGenerator(trainable.model, tokenizer).draw(prompts, {
          ...drawOptions(generate, context),
          candidates: 1,
        });
        observer.onSamples?.(step, drawings);
      },
      save: (state) => {
        const moments = trainer.state();
        const weights = [...parametersOf(trainable, trained), ...averagesIn(moments)];
        refuseDrift(communicator, weights, state.step);
        if (!isWriter) return null;
        const kept: KeptTrainer = {
          skipped: trainer.skipped,
          keepsAverage: trainer.keepsAverage,
          withAverage: (use) => trainer.withAverage(use),
          state: () => moments,
        };
        return saveRun(folder, trainable, kept, tokenizer, state, train, base);
      },
      dispose: () => {
        trainer.dispose();
        trainable.model.dispose();
      },
    };
  } finally {
    resumed?.close();
    pretrained?.checkpoint.close();
  }
}

function parametersOf({ model }: TrainableModel, names: readonly string[]): Buffer[] {
  return names.map((name) => model.parameters.get(name)!);
}

function ofPairs(learn: LearningOptions, { folder, observer }: TrainOptions) {
  return dpoLearning({
    ...learn,
    folder,
    onPhase: (text) => observer?.onPhase?.(text),
    onProgress: (what, done, total) => observer?.onProgress?.(what, done, total, "count"),
  });
}

/** @throws ConfigError where nothing would learn; PatternError for a pattern that matches nothing. */
function withoutFrozen(trained: readonly string[], patterns: readonly string[]): string[] {
  const frozen = matching(patterns, trained, "train.frozen");
  const left = trained.filter((name) => !frozen.has(name));
  if (left.length > 0) return left;
  throw new ConfigError([
    `train.frozen: the patterns match all ${trained.length} parameters, so that nothing learns; freeze fewer`,
  ]);
}
