/**
 * A training run: data, model, steps, evaluations, samples, checkpoints. Everything it does follows
 * from its configuration and seed, and a run that was stopped and resumed ends with the very weights
 * of one that was not.
 */

import { agreed, alone, broadcastValue, shareOfCores } from "../../distributed/index.ts";
import { type Engine, measurePeak, startEngine } from "../../engine/index.ts";
import { type Assembly, assembleRun } from "./assemble.ts";
import { beginTraining } from "./begin-run.ts";
import type { RunResult } from "./events.ts";
import { openInitialState } from "./initial-state.ts";
import { explainMemory, memoryNote } from "./memory.ts";
import { trainerOptions } from "./options.ts";
import { RunLog, tellBoth } from "./record/run-log.ts";
import { recordTrouble } from "./record/trouble.ts";
import { refuseOtherBeginning, refuseOtherConfigs, sharingNote } from "./same-run.ts";
import { scheduleNotes } from "./schedule-notes.ts";
import type { TrainOptions } from "./train-options.ts";

/**
 * Trains to the end of the configuration's steps, or to its time, or to the signal. The folder is
 * locked meanwhile, and holds the run's configuration, log and checkpoints afterwards, as those that
 * the command line trains.
 * @throws UsageError, RunLockedError where the folder holds another run, or other things
 * @throws ConfigError, CorpusChangedError where a run is not resumed as it was begun
 * @throws SourceError, CheckpointError, DivergenceError, OutOfMemoryError, StorageError
 * @example
 * const config = resolveConfig({ data: { source: "icons" }, train: { minutes: 10 } });
 * const { outcome, best } = await train({ config, folder: "runs/icons", resume: false });
 */
export async function train(options: TrainOptions): Promise<RunResult> {
  const { config, folder, resume, observer = {}, communicator = alone } = options;
  refuseOtherConfigs(communicator, config);
  const isWriter = communicator.rank === 0;
  // One writes and tells, the others compute.
  const told = isWriter ? tellBoth(new RunLog(config, folder), observer) : {};
  const recorded = { ...options, observer: told };
  if (options.lock !== undefined) return trainLocked(recorded);
  const begun = await agreed(communicator, () =>
    isWriter ? beginTraining(folder, config, resume) : null,
  );
  try {
    const goesOn = broadcastValue(communicator, begun?.resume ?? resume);
    return await trainLocked({ ...recorded, resume: goesOn });
  } finally {
    begun?.lock.release();
  }
}

async function trainLocked(options: TrainOptions): Promise<RunResult> {
  const { config, profileFolder, observer, communicator = alone } = options;
  const threads = shareOfCores(communicator);
  const { engine } = await agreed(communicator, () =>
    startEngine(config.train.engine, {
      threads: config.train.threads ?? (communicator.size === 1 ? null : threads),
      precision: config.train.precision,
      measured: true,
      notice: (text) => observer?.onNotice?.(text),
      ...(config.train.mesh === null ? {} : { mesh: config.train.mesh }),
      ...(profileFolder === undefined ? {} : { profileFolder }),
    }),
  );
  try {
    const run = await assembleTogether(engine, options);
    try {
      refuseOtherBeginning(communicator, run);
      const shared = sharingNote(config, run, communicator);
      if (shared !== null) options.observer?.onNotice?.(shared);
      const { config: decoder } = run.trainable.model;
      const note = memoryNote(config, decoder, run.context);
      if (note !== null) options.observer?.onNotice?.(note);
      try {
        return await trainAssembled(engine, options, run);
      } catch (error) {
        throw explainMemory(error, config, decoder, run.context);
      }
    } finally {
      run.dispose();
    }
  } finally {
    engine.dispose();
  }
}

/** Rank 0 first: what it downloads and unpacks the others find, where they share a disk. */
async function assembleTogether(engine: Engine, options: TrainOptions): Promise<Assembly> {
  const { communicator = alone } = options;
  const assemble = async () => assembleRun(engine, options, await openInitialState(options));
  if (communicator.size === 1) return assemble();
  const first = await agreed(communicator, () => (communicator.rank === 0 ? assemble() : null));
  return agreed(communicator, () => first ?? assemble());
}

async function trainAssembled(
  engine: Engine,
  options: TrainOptions,
  run: Assembly,
): Promise<RunResult> {
  const { config, observer = {}, signal, communicator = alone } = options;
  const { data, trainable, steps } = run;
  const parameters = trainable.model.parameterCount;
  observer.onPhase?.("measuring the machine's peak");
  const peakFlops = measurePeak(engine);
  const minutes = minutesLeft(options, run.state.seconds);
  const resumedAt = run.state.step;
  const described = { engine: engine.describe(), parameters, data, steps };
  observer.onStart?.({ ...described, resumedAt, minutes, peakFlops });
  const evaluateFirst = config.model.from !== null;
  if (evaluateFirst && resumedAt === 0 && run.evaluate !== null) {
    observer.onPhase?.("scoring the held-out drawings before the first step");
  }
  const { evalEvery, saveEvery, sampleEvery, patience, keepBest } = config.train;
  const often = { evalEvery, saveEvery, sampleEvery, patience, keepBest, evaluateFirst };
  for (const note of scheduleNotes(trainerOptions(config, steps).schedule)) {
    observer.onNotice?.(note);
  }
  if (patience !== null && run.evaluate === null) {
    observer.onNotice?.("train.patience: nothing is held out, so that nothing ends the run early");
  }
  const loop = run.loop(
    { steps, minutes, ...often, peakFlops },
    {
      sample: run.sample,
      save: (state) => {
        const saved = run.save({ ...run.state, ...state });
        if (saved !== null) observer.onCheckpoint?.(saved);
      },
      communicator,
      memory: () => engine.memory(),
      onStep: (event) => {
        observer.onStep?.(event);
        if (communicator.rank !== 0) return;
        const trouble = recordTrouble(options.folder, event, data.train);
        if (trouble !== null) observer.onNotice?.(trouble);
      },
      onEvaluation: (event) => observer.onEvaluation?.(event),
      ...(signal === undefined ? {} : { signal }),
    },
    run.state,
  );
  const { state, ...result } = await loop.run();
  // What rank 0 saved is there when any of them goes on.
  await communicator.settle();
  const { step, best, seconds } = state;
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  return { ...result, step, steps, best, seconds, peakMemoryBytes, parameters };
}

/** From now on; null for no limit. */
function minutesLeft({ minutes, config }: TrainOptions, seconds: number): number | null {
  if (minutes !== undefined) return minutes;
  const whole = config.train.minutes;
  return whole === null ? null : Math.max(0, whole - seconds / 60);
}
