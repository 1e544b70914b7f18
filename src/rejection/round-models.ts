/** The models and drawings of rounds: opened when they are needed, the drawings read once. */

import { resolveModel } from "../../checkpoints/index.ts";
import type { CorpusEntry } from "../../data/index.ts";
import type { Config } from "../config/index.ts";
import {
  type NamedReward,
  openRewards,
  type RewardContext,
  type RewardFunction,
} from "../rewards/index.ts";
import { type OpenGenerator, readDrawings, withGenerator } from "../runs/index.ts";

/** Drawings with their captions, as the corpus is split. */
export interface Sides {
  readonly train: readonly CorpusEntry[];
  readonly heldOut: readonly CorpusEntry[];
}

export interface RoundModelsOptions {
  readonly config: Config;
  /** What training began with: it judges captions, whichever model drew. */
  readonly base: string;
  readonly rewards: Readonly<Record<string, RewardFunction>>;
  onNotice(text: string): void;
  onPhase(text: string): void;
}

type Use<T> = (open: OpenGenerator, rewards: readonly NamedReward[], sides: Sides) => Promise<T>;

export class RoundModels {
  readonly #options: RoundModelsOptions;
  #sides: Sides | null = null;

  constructor(options: RoundModelsOptions) {
    this.#options = options;
  }

  /** Opens a model, and the rewards with the one that judges where they need it. */
  withRewards<T>(model: string, use: Use<T>): Promise<T> {
    const { config, base, rewards: functions } = this.#options;
    const { reward, seed } = config.rejection;
    const weights = typeof reward === "string" ? { [reward]: 1 } : reward;
    return this.#open(model, async (drawing) => {
      const named = "clip" in weights ? config.rejection.clip : null;
      const clip = named === null ? null : (await resolveModel(named)).folder;
      const sides = await this.#read(drawing);
      const context = (judge: OpenGenerator): RewardContext => ({
        model: judge.generator.model,
        tokenizer: judge.generator.tokenizer,
        captions: sides.train.map(({ captions }) => captions[0] ?? ""),
        maxTokens: config.generate.maxTokens,
        seed,
        clip,
        functions,
      });
      const judged = async (judge: OpenGenerator) =>
        use(drawing, await openRewards(weights, context(judge)), sides);
      const needsJudge = "caption" in weights && model !== base;
      return needsJudge ? this.#open(base, judged) : judged(drawing);
    });
  }

  /** The drawings, by the tokenizer of the model that training began with. */
  async sides(): Promise<Sides> {
    return (
      this.#sides ??
      this.#open(
        this.#options.base,
        (open) => this.#read(open),
        () => {},
      )
    );
  }

  async #read({ generator }: OpenGenerator): Promise<Sides> {
    if (this.#sides !== null) return this.#sides;
    this.#options.onPhase("reading the captions and their drawings");
    const { train, heldOut } = await readDrawings(
      this.#options.config.data,
      generator.tokenizer.canonical,
    );
    this.#sides = { train, heldOut };
    return this.#sides;
  }

  #open<T>(
    model: string,
    use: (open: OpenGenerator) => Promise<T>,
    notice: (text: string) => void = (text) => this.#options.onNotice(text),
  ): Promise<T> {
    return withGenerator({ model, adapter: undefined }, this.#options.config, notice, use);
  }
}
