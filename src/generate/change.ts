/** Drawings that begin with others: the tasks `completion` and `editing`, under the same grammar. */
import { UsageError } from "../../errors/index.ts";
import { type Constraint, ContextError, generateSequences } from "../../models/index.ts";
import { canonicalise, type Drawing } from "../../svg/index.ts";
import {
  type AutomatonState,
  answerOpening,
  encodeTaskPrompt,
  type SvgTokenizer,
} from "../../tokenizer/index.ts";
import {
  type DrawnDrawing,
  type DrawOptions,
  type SvgGenerator,
  sequencesAtOnce,
} from "./drawer.ts";
import { numberTokens } from "./number-tokens.ts";

/** A drawing to go on with, and what it is to show. */
export interface Beginning {
  /** What the whole is to show; may be empty. */
  readonly prompt: string;
  /** Canonical under the tokenizer's options; every element of it is kept. */
  readonly drawing: Drawing;
}

/** A drawing to change, and how. */
export interface Change {
  /** The instruction, as `make it red`. */
  readonly prompt: string;
  /** Canonical under the tokenizer's options. */
  readonly drawing: Drawing;
}

/** As of captions, without what compares several drawings of one. */
export type ChangeOptions = Omit<
  DrawOptions,
  "guidance" | "candidates" | "speculate" | "onSpeculation"
>;

/** What of a generator changes drawings. */
export type ChangeParts = Pick<SvgGenerator, "model" | "tokenizer">;

/**
 * Goes on with drawings: each result begins with the very elements that are given. Any model that draws
 * captions can; one that was trained on `completion` is better at it.
 * @throws ContextError naming a drawing that leaves no room for more.
 * @throws UsageError where a drawing cannot be a beginning; EncodeError where the tokenizer cannot hold it.
 * @example
 * const beginning = { prompt: "circle check", drawing };
 * const sampling = { temperature: 0.3, topK: 0, topP: 0.95, repetitionPenalty: 1 };
 * const [whole] = completeDrawings(new SvgGenerator(model, tokenizer), [beginning], {
 *   ...{ sampling, seed: 7, maxTokens: null },
 * });
 */
export function completeDrawings(
  { model, tokenizer }: ChangeParts,
  beginnings: readonly Beginning[],
  options: ChangeOptions,
): DrawnDrawing[] {
  const task = "completion";
  const requests = beginnings.map(({ prompt, drawing }, index): Answered => {
    const fitted = tokenizer.fit?.(drawing) ?? drawing;
    const count = fitted.elements.length;
    if (count === 0) throw new UsageError(`drawing ${index + 1} has no element to begin with`);
    const split = tokenizer.split(fitted, count);
    if (split === null) {
      throw new UsageError(`drawing ${index + 1} cannot be gone on with in this tokenizer's text`);
    }
    const { ids } = encodeTaskPrompt(tokenizer, task, { caption: prompt });
    return { prompt, ids: [...ids, ...answerOpening(tokenizer, task)], given: split.given };
  });
  return drawAnswers({ model, tokenizer }, requests, options);
}

/**
 * Changes drawings as instructions say, by a model that was trained on `editing`.
 * @throws ContextError naming a drawing that leaves no room for another.
 * @throws EncodeError where the tokenizer cannot hold a drawing.
 * @example
 * const change = { prompt: "mirror it", drawing };
 * const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1 };
 * const [mirrored] = editDrawings(new SvgGenerator(model, tokenizer), [change], {
 *   ...{ sampling, seed: 7, maxTokens: null },
 * });
 */
export function editDrawings(
  { model, tokenizer }: ChangeParts,
  changes: readonly Change[],
  options: ChangeOptions,
): DrawnDrawing[] {
  const task = "editing";
  const requests = changes.map(({ prompt, drawing }): Answered => {
    const tokens = tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
    const { ids } = encodeTaskPrompt(tokenizer, task, { drawing: tokens, instruction: prompt });
    return { prompt, ids: [...ids, ...answerOpening(tokenizer, task)], given: [] };
  });
  return drawAnswers({ model, tokenizer }, requests, options);
}

/**
 * Whether the grammar lets a drawing stand whose first elements are these.
 * @param budget tokens of the whole drawing
 */
export function canBegin(tokenizer: SvgTokenizer, beginning: Drawing, budget: number): boolean {
  const fitted = tokenizer.fit?.(beginning) ?? beginning;
  const split = tokenizer.split(fitted, fitted.elements.length);
  if (split === null) return false;
  try {
    begin(tokenizer, { prompt: "", ids: [], given: split.given }, budget, 0);
    return true;
  } catch (error) {
    if (error instanceof UsageError || error instanceof ContextError) return false;
    throw error;
  }
}

interface Answered {
  readonly prompt: string;
  /** All before the drawing. */
  readonly ids: readonly number[];
  /** Tokens of the drawing that stand there already. */
  readonly given: readonly number[];
}

function drawAnswers(
  { model, tokenizer }: ChangeParts,
  requests: readonly Answered[],
  options: ChangeOptions,
): DrawnDrawing[] {
  if (requests.length === 0) return [];
  const { sampling, seed, onProgress } = options;
  const { numberTemperature = sampling.temperature } = options;
  const context = options.context ?? model.config.contextLength;
  const begun = requests.map((request, index) => {
    const room = context - request.ids.length;
    const whole = Math.min(room, options.maxTokens ?? room);
    return {
      ...request,
      budget: whole - request.given.length,
      ...begin(tokenizer, request, whole, index),
    };
  });
  const sequences = generateSequences(
    model,
    begun.map(({ ids, given }) => [...ids, ...given]),
    {
      sampling:
        numberTemperature === sampling.temperature
          ? sampling
          : {
              ...sampling,
              part: { tokens: numberTokens(tokenizer.vocabulary), temperature: numberTemperature },
            },
      seeds: requests.map((_, index) => `${seed}/${index}`),
      maxNewTokens: begun.map(({ budget }) => budget),
      stopIds: [tokenizer.vocabulary.special.eos],
      constraints: begun.map(({ constraint }) => constraint),
      atOnce: sequencesAtOnce(model.config, 1, options.cacheDtype),
      ...(options.cacheDtype === undefined ? {} : { cacheDtype: options.cacheDtype }),
      onComplete: (count) => onProgress?.(count / requests.length),
    },
  );
  return sequences.map(({ ids }, index) => {
    const { prompt, given } = begun[index]!;
    const all = [...given, ...ids];
    const drawing = canonicalise(tokenizer.decode(all), tokenizer.canonical);
    return { prompt, drawing, ids: all, likelihood: null };
  });
}

function begin(
  tokenizer: SvgTokenizer,
  { ids, given }: Answered,
  budget: number,
  index: number,
): { readonly constraint: Constraint } {
  let state: AutomatonState;
  try {
    state = tokenizer.automaton().start(budget);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw noRoom(index, ids.length, budget);
  }
  for (const id of given) {
    if (!state.allows(id)) {
      // What the grammar leaves out are drawings that show nothing, and those that fill the budget.
      if (state.budget - state.shortestEnding < given.length) {
        throw noRoom(index, ids.length + given.length, budget - given.length);
      }
      throw new UsageError(
        `drawing ${index + 1} holds what no model is let draw: ${tokenizer.vocabulary.token(id)} may not stand there`,
      );
    }
    state.accept(id);
  }
  return { constraint: given.length === 0 ? state : new Going(tokenizer, given, state) };
}

function noRoom(index: number, taken: number, left: number): ContextError {
  return new ContextError(
    `drawing ${index + 1} and its prompt take ${taken} tokens and leave ${Math.max(0, left)} for what is to be drawn: too few`,
  );
}

/** The grammar from within a drawing, whose elements stay as they are. */
class Going implements Constraint {
  readonly #tokenizer: SvgTokenizer;
  readonly #given: readonly number[];
  readonly #state: AutomatonState;
  #isFirst = true;

  constructor(tokenizer: SvgTokenizer, given: readonly number[], state: AutomatonState) {
    this.#tokenizer = tokenizer;
    this.#given = given;
    this.#state = state;
  }

  get done(): boolean {
    return this.#state.done;
  }

  mask(logits: Float32Array): void {
    this.#state.mask(logits);
    if (!this.#isFirst) return;
    for (const [id, logit] of logits.entries()) {
      if (logit > Number.NEGATIVE_INFINITY && !this.#tokenizer.leaves(this.#given, id)) {
        logits[id] = Number.NEGATIVE_INFINITY;
      }
    }
  }

  accept(id: number): void {
    this.#isFirst = false;
    this.#state.accept(id);
  }
}
