/**
 * Draws captions: a model and its tokenizer together, under the grammar, so that every drawing is
 * valid and ends within its budget.
 */
import { ContextError, generate, type Model, type SamplingOptions } from "../../models/index.ts";
import { canonicalise, type Drawing } from "../../svg/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";

/** Sequences that are continued together. */
const batchSize = 16;

export interface DrawOptions {
  readonly sampling: SamplingOptions;
  /** Drawing `i` follows from (seed, i) and its prompt alone. */
  readonly seed: number;
  /** Longest drawing in tokens; null for what the context leaves. */
  readonly maxTokens: number | null;
  /** Longest sequence, caption included; the model's context unless given. */
  readonly context?: number;
  /** Called as tokens are made, with the share of the drawings that is complete, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export interface DrawnDrawing {
  readonly prompt: string;
  /** In canonical form: the grammar also allows sequences that say the same in other words. */
  readonly drawing: Drawing;
  /** Tokens of the drawing, from the one that opens it to the one that ends it. */
  readonly ids: readonly number[];
}

export class SvgGenerator {
  readonly model: Model;
  readonly tokenizer: SvgTokenizer;

  constructor(model: Model, tokenizer: SvgTokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * One drawing a prompt, in their order; repeat a prompt for several candidates.
   * @throws ContextError naming a prompt that leaves no room for a drawing.
   */
  draw(prompts: readonly string[], options: DrawOptions): DrawnDrawing[] {
    const drawn: DrawnDrawing[] = [];
    for (let first = 0; first < prompts.length; first += batchSize) {
      const part = prompts.slice(first, first + batchSize);
      drawn.push(...this.#drawBatch(part, first, options));
      options.onProgress?.(drawn.length / prompts.length);
    }
    return drawn;
  }

  #drawBatch(prompts: readonly string[], first: number, options: DrawOptions): DrawnDrawing[] {
    const { vocabulary } = this.tokenizer;
    const automaton = this.tokenizer.automaton();
    const requests = prompts.map((prompt) => {
      const ids = [vocabulary.special.bos, ...this.tokenizer.encodeText(prompt)];
      const room = (options.context ?? this.model.config.contextLength) - ids.length;
      const budget = Math.min(room, options.maxTokens ?? room);
      return { prompt, ids, budget, state: startState(automaton, prompt, ids.length, budget) };
    });
    const sequences = generate(
      this.model,
      requests.map(({ ids }) => ids),
      {
        sampling: options.sampling,
        seeds: requests.map((_, i) => `${options.seed}/${first + i}`),
        maxNewTokens: requests.map(({ budget }) => budget),
        stopIds: [vocabulary.special.eos],
        constraints: requests.map(({ state }) => state),
      },
    );
    return sequences.map((ids, i) => ({
      prompt: requests[i]!.prompt,
      drawing: canonicalise(this.tokenizer.decode(ids), this.tokenizer.canonical),
      ids,
    }));
  }
}

function startState(
  automaton: ReturnType<SvgTokenizer["automaton"]>,
  prompt: string,
  length: number,
  budget: number,
) {
  try {
    return automaton.start(budget);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const shown = prompt.length > 40 ? `${prompt.slice(0, 40)}…` : prompt;
    throw new ContextError(
      `prompt "${shown}" takes ${length} tokens and leaves ${Math.max(0, budget)} for the drawing, too few for any: shorten it`,
    );
  }
}
