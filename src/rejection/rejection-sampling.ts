/**
 * Rejection sampling: a model draws captions several times each, a reward judges the drawings, the model
 * learns from the best, and so on. (RAFT, Dong et al. 2023, arXiv 2304.06767; best-of-n fine-tuning as of
 * Llama 2.) With `train.task: dpo` it learns from the best beside the worst of each caption instead.
 */

import { existsSync, mkdirSync } from "node:fs";
import { writeTextAtomically } from "../../checkpoints/index.ts";
import { printDrawing } from "../../svg/index.ts";
import { type Config, ConfigError, configToYaml } from "../config/index.ts";
import type { NamedReward, RewardFunction } from "../rewards/index.ts";
import {
  drawOptions,
  exportModel,
  lockRun,
  moveAside,
  type OpenGenerator,
  type RunObserver,
  runPaths,
  train,
} from "../runs/index.ts";
import { keepBest, pairUp } from "./choose.ts";
import { type DrawnPrompt, drawJudged } from "./draw-judged.ts";
import { figuresOf, heldOutFigures } from "./figures.ts";
import { chosenPrompts } from "./prompts.ts";
import {
  appendLines,
  type DrawnRecord,
  type RoundRecord,
  readDrawn,
  readRounds,
  rejectionPaths,
  writeLines,
} from "./records.ts";
import { refuseOtherModules } from "./reward-sums.ts";
import { roundConfig } from "./round-config.ts";
import { RoundModels } from "./round-models.ts";
import { refuseOtherFolder, startOf } from "./rounds-folder.ts";

/**
 * What is drawn, judged and learnt, and who watches.
 * @example
 * const fewTokens: RewardFunction = (batch) => batch.map(({ ids }) => -ids.length);
 * const config = resolveConfig({
 *   model: { from: "weights/icons" },
 *   train: { steps: 200, lr: 1e-4 },
 *   rejection: { reward: { likeness: 1, fewTokens: 0.001 } },
 * });
 * const options: RejectionOptions = { config, folder: "runs/likelier", rewards: { fewTokens } };
 */
export interface RejectionOptions {
  /** A recipe whose section `rejection` says how; `train` is one round's training. */
  readonly config: Config;
  /** Of the rounds, as `runs/icons-rejection`. */
  readonly folder: string;
  /** Move what lies there aside and begin anew, instead of going on with it. */
  readonly fresh?: boolean;
  /** Functions by the names that `rejection.reward` calls them. */
  readonly rewards?: Readonly<Record<string, RewardFunction>>;
  readonly observer?: RejectionObserver;
  /** Stops after the drawings or the step at work; what is done is kept. */
  readonly signal?: AbortSignal;
}

export interface RejectionObserver {
  /** A round's training begins, is watched, and ends. */
  readonly training?: (round: number) => RunObserver;
  onPhase?(text: string): void;
  onNotice?(text: string): void;
  onProgress?(what: string, done: number, total: number): void;
  onRound?(round: RoundRecord): void;
}

/**
 * How rejection sampling ended.
 * @example
 * const last = ({ rounds }: RejectionResult) => rounds.at(-1)?.heldOut?.reward;
 */
export interface RejectionResult {
  readonly folder: string;
  readonly outcome: "finished" | "interrupted";
  /** The starting model's measure, then each round's. */
  readonly rounds: readonly RoundRecord[];
  /** The newest model; what training began with where no round is finished. */
  readonly model: string;
}

/**
 * Draws, judges, keeps and trains for the configuration's rounds. The same call goes on with what lies in
 * the folder, to the very drawings and weights that it would have had.
 * @throws ConfigError where there is no model to begin with, or the folder was begun with another recipe or
 * another reward module
 * @throws RewardError for a reward that is none, or that fails: finished work is kept
 * @throws UsageError, RunLockedError for a folder of other things, or one that is at work
 * @throws SourceError, CheckpointError, HubError, DivergenceError, StorageError
 * @example
 * const config = loadConfig("icons-rejection");
 * const { rounds } = await rejectionSampling({ config, folder: "runs/icons-rejection" });
 * for (const { round, heldOut } of rounds) console.log(round, heldOut?.reward);
 */
export async function rejectionSampling(options: RejectionOptions): Promise<RejectionResult> {
  const { config, folder, fresh, observer } = options;
  const base = startOf(config);
  if (fresh === true && existsSync(folder)) {
    lockRun(folder).release();
    observer?.onNotice?.(`what lay there is kept in ${moveAside(folder)}`);
  }
  refuseOtherFolder(folder, config);
  mkdirSync(folder, { recursive: true });
  const lock = lockRun(folder);
  try {
    const paths = rejectionPaths(folder);
    refuseOtherModules(paths.modules, config, Object.keys(options.rewards ?? {}));
    writeTextAtomically(paths.config, configToYaml(config));
    return await new Rounds(options, base).toTheEnd();
  } finally {
    lock.release();
  }
}

class Rounds {
  readonly #options: RejectionOptions;
  readonly #base: string;
  readonly #paths: ReturnType<typeof rejectionPaths>;
  readonly #models: RoundModels;

  constructor(options: RejectionOptions, base: string) {
    const { config, rewards = {}, observer } = options;
    this.#options = options;
    this.#base = base;
    this.#paths = rejectionPaths(options.folder);
    this.#models = new RoundModels({
      config,
      base,
      rewards,
      onNotice: (text) => observer?.onNotice?.(text),
      onPhase: (text) => observer?.onPhase?.(text),
    });
  }

  async toTheEnd(): Promise<RejectionResult> {
    const { folder, config } = this.#options;
    const rounds = readRounds(this.#paths.rounds);
    writeLines(this.#paths.rounds, rounds);
    for (let round = rounds.length; round <= config.rejection.rounds; round++) {
      const record = await this.#round(round);
      if (record === null) {
        return { folder, outcome: "interrupted", rounds, model: this.#modelOf(rounds.length - 1) };
      }
      rounds.push(record);
      appendLines(this.#paths.rounds, [record]);
      this.#options.observer?.onRound?.(record);
    }
    return { folder, outcome: "finished", rounds, model: this.#modelOf(rounds.length - 1) };
  }

  /** That a round left behind: with its adapter merged, for the next one trains another over it. */
  #modelOf(round: number): string {
    if (round <= 0) return this.#base;
    return this.#trainsAdapters ? this.#paths.merged(round) : this.#paths.run(round);
  }

  get #trainsAdapters(): boolean {
    const { method } = this.#options.config.train;
    return method === "lora" || method === "qlora";
  }

  /** Null where the signal stopped it. */
  async #round(round: number): Promise<RoundRecord | null> {
    const began = performance.now();
    mkdirSync(this.#paths.round(round), { recursive: true });
    let drawn: RoundRecord["drawn"] = null;
    if (round > 0) {
      const records = await this.#drawTraining(round);
      if (records === null) return null;
      const kept = this.#choose(round, records);
      if ((await this.#train(round)) === null) return null;
      drawn = { ...figuresOf(records), kept };
    }
    const heldOut = await this.#measure(round);
    if (heldOut === "stopped") return null;
    const seconds = (performance.now() - began) / 1000;
    return { round, model: this.#modelOf(round), drawn, heldOut, seconds };
  }

  async #drawTraining(round: number): Promise<DrawnRecord[] | null> {
    const { rejection } = this.#options.config;
    return this.#models.withRewards(this.#modelOf(round - 1), (open, rewards, sides) =>
      this.#draw(open, rewards, {
        prompts: chosenPrompts(sides.train, rejection.prompts, `${rejection.seed}/round/${round}`),
        generations: rejection.generations,
        seed: `${rejection.seed}/round/${round}`,
        file: this.#paths.samples(round),
        what: `round ${round}: drawing and judging`,
      }),
    );
  }

  /** @returns how many drawings or pairs there are to learn from. @throws ConfigError where there are none. */
  #choose(round: number, records: readonly DrawnRecord[]): number {
    const { rejection, train: training } = this.#options.config;
    const kept = keepBest(records, rejection);
    const pairs = pairUp(records, rejection.minMargin, rejection.threshold);
    writeLines(this.#paths.kept(round), kept);
    writeLines(this.#paths.pairs(round), pairs);
    const count = training.task === "dpo" ? pairs.length : kept.length;
    if (count > 0) return count;
    const best = Math.max(...records.map(({ reward }) => reward));
    throw new ConfigError([
      training.task === "dpo"
        ? `rejection.minMargin: no two drawings of a caption differ by more than ${rejection.minMargin}${rejection.threshold === null ? "" : `, the better one with ${rejection.threshold} or more`}`
        : `rejection.threshold: none of ${records.length} drawings reaches ${rejection.threshold}; the best has ${best.toFixed(3)}`,
    ]);
  }

  async #train(round: number): Promise<"trained" | null> {
    const { config, observer, signal } = this.#options;
    const folder = this.#paths.run(round);
    const { train: entries } = await this.#models.sides();
    const withReal = config.rejection.realWeight > 0 && config.train.task === "sft";
    if (withReal && !existsSync(this.#paths.real)) {
      const rows = entries.map(({ id, captions, drawing }) => ({
        id,
        captions,
        svg: printDrawing(drawing),
      }));
      writeLines(this.#paths.real, rows);
    }
    observer?.onPhase?.(`round ${round}: learning`);
    const result = await train({
      config: roundConfig(config, round, {
        from: this.#modelOf(round - 1),
        kept: config.train.task === "dpo" ? this.#paths.pairs(round) : this.#paths.kept(round),
        real: withReal ? this.#paths.real : null,
      }),
      folder,
      resume: existsSync(runPaths(folder).config),
      ...(observer?.training === undefined ? {} : { observer: observer.training(round) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.outcome === "interrupted") return null;
    // The folder is written whole or not at all.
    const merged = this.#paths.merged(round);
    if (this.#trainsAdapters && !existsSync(merged)) {
      observer?.onPhase?.(`round ${round}: merging the adapter`);
      await exportModel({ model: folder, to: merged });
    }
    return "trained";
  }

  async #measure(round: number): Promise<RoundRecord["heldOut"] | "stopped"> {
    const { rejection } = this.#options.config;
    if (rejection.heldOutPrompts === 0) return null;
    const records = await this.#models.withRewards(this.#modelOf(round), (open, rewards, sides) => {
      // Another drawing of the same caption may stand on the other side.
      const trained = new Set(sides.train.map(({ captions }) => captions[0]));
      const prompts = chosenPrompts(
        sides.heldOut.filter(({ captions }) => !trained.has(captions[0])),
        rejection.heldOutPrompts,
        `${rejection.seed}/held-out`,
      );
      return this.#draw(open, rewards, {
        prompts,
        generations: rejection.heldOutGenerations,
        // The same in every round, so that rounds compare.
        seed: `${rejection.seed}/held-out`,
        file: this.#paths.heldOut(round),
        what: `round ${round}: held-out captions`,
      });
    });
    if (records === null) return "stopped";
    if (records.length === 0) {
      this.#options.observer?.onNotice?.("nothing is held out, so that nothing is measured");
      return null;
    }
    return heldOutFigures(records, round === 0 ? [] : readDrawn(this.#paths.heldOut(0)));
  }

  #draw(
    { generator, contextLength }: OpenGenerator,
    rewards: readonly NamedReward[],
    more: {
      readonly prompts: readonly DrawnPrompt[];
      readonly generations: number;
      readonly seed: string;
      readonly file: string;
      readonly what: string;
    },
  ): Promise<DrawnRecord[] | null> {
    const { config, observer, signal } = this.#options;
    return drawJudged({
      generator,
      rewards,
      ...more,
      draw: drawOptions(config.generate, contextLength),
      onProgress: (done, total) => observer?.onProgress?.(more.what, done, total),
      signal,
    });
  }
}
