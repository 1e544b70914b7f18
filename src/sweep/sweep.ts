/**
 * A sweep: the runs of an ablation, each in a folder and a process of its own. The same sweep, begun
 * again, goes on: what is finished stays, what was stopped or killed continues to the very weights
 * that it would have had, and what failed is tried again.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { UsageError } from "../../errors/index.ts";
import {
  type ComparisonFiles,
  compare,
  comparisonFiles,
  readSweepFile,
  type SweepFile,
  writeSweepFile,
} from "../compare/index.ts";
import { type Config, ConfigError } from "../config/index.ts";
import { lockRun, moveAside } from "../runs/index.ts";
import type { Values } from "./axes.ts";
import { withEqualTime } from "./equalise.ts";
import { fingerprint, isFinished, refuseOtherRun } from "./finished.ts";
import type { WorkerMessage } from "./messages.ts";
import { type PlannedRun, planSweep, type SweepPlan } from "./plan.ts";
import { runWorker, type WorkerEnd } from "./worker-process.ts";

/**
 * What is varied, where the runs lie, and who watches.
 * @example
 * const options: SweepOptions = {
 *   ...{ config, folder: "runs/widths" },
 *   observer: { onEnd: ({ name, state }) => console.log(name, state) },
 * };
 * await sweep(options);
 */
export interface SweepOptions {
  /** A recipe whose section `sweep` says what to vary. */
  readonly config: Config;
  /** Of the sweep, as `runs/context-ablation`; each run is a folder within. */
  readonly folder: string;
  /** Move what lies there aside and begin anew, instead of going on with it. */
  readonly fresh?: boolean;
  readonly observer?: SweepObserver;
  /** Stops the runs that are being trained after their step, and saves them. */
  readonly signal?: AbortSignal;
}

export interface SweptRun {
  readonly name: string;
  readonly folder: string;
  readonly values: Values;
  readonly seed: number;
  readonly state: "finished" | "failed" | "interrupted" | "waiting";
  /** Why it failed. */
  readonly reason: string | null;
  /** Whether it was finished before this sweep began. */
  readonly before: boolean;
}

/**
 * How the runs of a sweep ended, and what compares them.
 * @example
 * const failed = ({ runs }: SweepResult) => runs.filter(({ state }) => state === "failed");
 */
export interface SweepResult {
  readonly folder: string;
  readonly runs: readonly SweptRun[];
  /** The page and its tables; null where the sweep was interrupted, or no run is finished. */
  readonly files: ComparisonFiles | null;
}

export interface SweepObserver {
  /** Before the first run: what will be trained, and what is finished already. */
  onPlan?(runs: readonly SweptRun[], jobs: number): void;
  onRun?(name: string, message: WorkerMessage): void;
  /** A run ended, in whatever way. */
  onEnd?(run: SweptRun): void;
  onNotice?(text: string): void;
  /** Of the comparison at the end. */
  onProgress?(what: string, done: number, total: number): void;
}

/** Training time of a trial, in minutes. */
const trialMinutes = 0.1;

/**
 * Trains all runs of a sweep, several at a time by `sweep.jobs`, and compares them on one page. A run
 * that fails is reported, and the others go on.
 * @throws UsageError, ConfigError for what no run can be, before anything starts
 * @throws RunLockedError where another process works on this sweep
 * @throws StorageError
 * @example
 * const config = loadConfig("configs/context-ablation.yaml");
 * const { runs, files } = await sweep({ config, folder: "runs/context-ablation" });
 * console.log(runs.length, files?.page);
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { config, folder } = options;
  const plan = planSweep(config);
  const minutes = config.sweep.equal === "time" ? minutesOf(config) : null;
  refuseOtherFolder(folder);
  if (options.fresh && existsSync(folder)) {
    lockRun(folder).release();
    options.observer?.onNotice?.(`what lay there is kept in ${moveAside(folder)}`);
  }
  if (minutes === null) refuseOtherRuns(folder, plan);
  mkdirSync(join(folder, "output"), { recursive: true });
  const lock = lockRun(folder);
  try {
    const runs = await new Sweep(options, plan, minutes).toTheEnd();
    return { folder, runs, files: await compared(options, runs) };
  } finally {
    lock.release();
  }
}

/** Made anew where a run was trained since the page was written. */
async function compared(
  { config, folder, signal, observer }: SweepOptions,
  runs: readonly SweptRun[],
): Promise<ComparisonFiles | null> {
  const finished = runs.filter(({ state }) => state === "finished");
  if (finished.length === 0 || signal?.aborted === true) return null;
  const files = comparisonFiles(folder);
  const same = finished.every(({ before }) => before);
  if (same && Object.values(files).every((file) => existsSync(file))) return files;
  const made = await compare({
    folders: [folder],
    out: folder,
    title: basename(folder),
    drawn: config.sweep.drawn,
    ...(observer?.onNotice === undefined ? {} : { notice: (text) => observer.onNotice?.(text) }),
    onProgress: (what, done, total) => observer?.onProgress?.(what, done, total),
  });
  return made.files;
}

function minutesOf({ sweep, train }: Config): number {
  const minutes = sweep.minutes ?? train.minutes;
  if (minutes !== null) return minutes;
  throw new ConfigError(["sweep.equal: time needs sweep.minutes, or train.minutes"]);
}

/** @throws UsageError for a folder of other things than a sweep */
function refuseOtherFolder(folder: string): void {
  if (!existsSync(folder) || readSweepFile(folder) !== null) return;
  const left = readdirSync(folder).filter((name) => !/^(run\.lock|output)/.test(name));
  if (left.length === 0) return;
  throw new UsageError(
    `${folder}: this folder holds other things than a sweep; name another by --name`,
  );
}

function refuseOtherRuns(folder: string, { runs }: Pick<SweepPlan, "runs">): void {
  for (const { name, config } of runs) refuseOtherRun(join(folder, name), config);
}

class Sweep {
  readonly #options: SweepOptions;
  readonly #plan: SweepPlan;
  readonly #minutes: number | null;
  readonly #jobs: number;
  readonly #signal: AbortSignal;
  #file: SweepFile;

  constructor(options: SweepOptions, plan: SweepPlan, minutes: number | null) {
    const { config, folder, signal } = options;
    this.#options = options;
    this.#plan = plan;
    this.#minutes = minutes;
    this.#jobs = config.sweep.jobs;
    this.#signal = signal ?? new AbortController().signal;
    this.#file = {
      keys: [...plan.keys],
      equal: config.sweep.equal,
      trials: readSweepFile(folder)?.trials ?? {},
      runs: plan.runs.map(({ name, values, seed, config: run }) => ({
        name,
        values,
        seed,
        fingerprint: fingerprint(run),
        state: "waiting",
        reason: null,
      })),
    };
  }

  async toTheEnd(): Promise<SweptRun[]> {
    const { folder, observer } = this.#options;
    const runs = await this.#timed(this.#plan.runs);
    const found = runs.map((run) => {
      const before = isFinished(join(folder, run.name), run.config);
      return this.#outcome(run, before ? "finished" : "waiting", null, before);
    });
    observer?.onPlan?.(found, this.#jobs);
    const ended = new Map(found.map((run) => [run.name, run]));
    this.#note(ended);
    const queue = runs.filter(({ name }) => !ended.get(name)!.before);
    const work = async () => {
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
        if (this.#signal.aborted) return;
        const outcome = await this.#train(run);
        ended.set(run.name, outcome);
        this.#note(ended);
        observer?.onEnd?.(outcome);
      }
    };
    await Promise.all(Array.from({ length: this.#jobs }, work));
    return [...ended.values()];
  }

  /** With the steps that the time holds, by a trial of each combination that had none before. */
  async #timed(runs: readonly PlannedRun[]): Promise<PlannedRun[]> {
    if (this.#minutes === null) return [...runs];
    const timed: PlannedRun[] = [];
    for (const run of runs) {
      if (this.#signal.aborted) return [...runs];
      const seconds = await this.#secondsPerStep(run);
      timed.push({ ...run, config: withEqualTime(run.config, this.#minutes, seconds) });
    }
    refuseOtherRuns(this.#options.folder, { runs: timed });
    return timed;
  }

  async #secondsPerStep({ config, name }: PlannedRun): Promise<number> {
    const seedless = { ...config, train: { ...config.train, seed: 0 } };
    const key = fingerprint(seedless);
    const known = this.#file.trials[key];
    if (known !== undefined) return known;
    const folder = join(this.#options.folder, "output", `trial-${name}`);
    rmSync(folder, { recursive: true, force: true });
    const train: Config["train"] = {
      ...config.train,
      steps: null,
      epochs: null,
      minutes: trialMinutes,
      schedule: "constant",
      warmupShare: null,
      evalEvery: null,
      saveEvery: null,
      sampleEvery: null,
    };
    this.#options.observer?.onNotice?.(`trying how fast ${name} trains`);
    const end = await this.#worker(folder, { ...config, train }, name, false);
    rmSync(folder, { recursive: true, force: true });
    if (end.kind === "failed") throw new UsageError(`${name}: no trial of it: ${end.reason}`);
    const seconds = end.secondsPerStep;
    if (!(seconds > 0)) throw new UsageError(`${name}: its trial made no step`);
    this.#file = { ...this.#file, trials: { ...this.#file.trials, [key]: seconds } };
    writeSweepFile(this.#options.folder, this.#file);
    return seconds;
  }

  async #train(run: PlannedRun): Promise<SweptRun> {
    const end = await this.#worker(
      join(this.#options.folder, run.name),
      run.config,
      run.name,
      true,
    );
    if (end.kind === "failed") return this.#outcome(run, "failed", end.reason);
    return this.#outcome(run, end.outcome === "interrupted" ? "interrupted" : "finished");
  }

  #worker(folder: string, config: Config, name: string, report: boolean): Promise<WorkerEnd> {
    const share = Math.max(1, Math.floor(availableParallelism() / this.#jobs));
    const threads = config.train.threads ?? (this.#jobs === 1 ? null : share);
    return runWorker({
      folder,
      config: { ...config, train: { ...config.train, threads } },
      report,
      output: join(this.#options.folder, "output", `${name}.txt`),
      signal: this.#signal,
      onMessage: (message) => this.#options.observer?.onRun?.(name, message),
    });
  }

  #outcome(
    { name, values, seed }: PlannedRun,
    state: SweptRun["state"],
    reason: string | null = null,
    before = false,
  ): SweptRun {
    const folder = join(this.#options.folder, name);
    return { name, folder, values, seed, state, reason, before };
  }

  #note(ended: ReadonlyMap<string, SweptRun>): void {
    const runs = this.#file.runs.map((run) => {
      const { state, reason } = ended.get(run.name)!;
      return { ...run, state: state === "interrupted" ? "waiting" : state, reason };
    });
    this.#file = { ...this.#file, runs };
    writeSweepFile(this.#options.folder, this.#file);
  }
}
