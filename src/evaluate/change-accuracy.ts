/** How often a model completes and edits drawings that it never saw as they are. */
import seedrandom from "seedrandom";
import { type CorpusEntry, colorLookOf, looksAlike } from "../../data/index.ts";
import { type Drawing, drawingsEqual } from "../../svg/index.ts";
import { RenderError } from "../../svg/render/index.ts";
import { completeDrawings, editDrawings, type SvgGenerator } from "../generate/index.ts";
import { type Estimate, estimateMean } from "./bootstrap.ts";
import { pick } from "./caption-rank.ts";
import {
  type ChangeQuestion,
  type ChangeTask,
  changeQuestions,
  type QuestionOptions,
} from "./change-questions.ts";
import { pixelError } from "./pixel-error.ts";

/** Of drawings beside those that they should be. */
export interface ChangeFigures {
  /** Share that are the very same. */
  readonly exact: Estimate;
  /** Share that look nearly the same everywhere (as `data.filters.nearDuplicates` tells). */
  readonly alike: Estimate;
  /** Mean difference of the colour channels on white, 0 to 1. */
  readonly pixelError: Estimate;
}

/**
 * Drawings that a model completed or edited, beside two ways without a model.
 * @example
 * const lift = ({ model, unchanged }: ChangeAccuracy) => model.alike.value - unchanged.alike.value;
 */
export interface ChangeAccuracy {
  readonly task: ChangeTask;
  readonly drawings: number;
  readonly model: ChangeFigures;
  /** What was given, left as it is. */
  readonly unchanged: ChangeFigures;
  /** Completed by the rest of any training drawing; edited to what another edit leads to. */
  readonly chance: ChangeFigures;
  /** Spent on drawing alone. */
  readonly seconds: number;
  readonly seed: number;
}

export interface ChangeAccuracyOptions extends QuestionOptions {
  /** Held-out drawings or edits, at most. */
  readonly drawings: number;
  /** Of their choice, of chance and of the intervals. */
  readonly seed: number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/**
 * The likeliest answer to each: of a completion, the first half of the elements are given.
 * @returns null where nothing is held out that can be asked.
 * @example
 * const edits = { kinds: ["mirror", "move"], each: 2 } as const;
 * const accuracy = measureChanges(generator, corpus, {
 *   ...{ task: "editing", edits, drawings: 120, seed: 1, contextLength: 256 },
 * });
 * console.log(accuracy?.model.exact.value, accuracy?.unchanged.exact.value);
 */
export function measureChanges(
  generator: SvgGenerator,
  corpus: { readonly train: readonly CorpusEntry[]; readonly heldOut: readonly CorpusEntry[] },
  options: ChangeAccuracyOptions,
): ChangeAccuracy | null {
  const { task, drawings, seed, contextLength, onProgress } = options;
  const { tokenizer } = generator;
  const all = changeQuestions(corpus.heldOut, tokenizer, options);
  const asked = pick(all, drawings, seedrandom(`${seed}/${task}`));
  if (asked.length === 0) return null;
  const began = performance.now();
  const change = task === "completion" ? completeDrawings : editDrawings;
  const made = change(
    generator,
    asked.map(({ prompt, given }) => ({ prompt, drawing: given })),
    {
      sampling: { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1 },
      seed,
      maxTokens: null,
      context: contextLength,
      onProgress: (share) =>
        onProgress?.(`${task} of drawings`, share * asked.length, asked.length),
    },
  );
  const seconds = (performance.now() - began) / 1000;
  const random = seedrandom(`${seed}/${task}/chance`);
  const figures = (answers: readonly Drawing[], of: string) =>
    scoreChanges(asked, answers, `${seed}/${of}`);
  return {
    task,
    drawings: asked.length,
    model: figures(
      made.map(({ drawing }) => drawing),
      "model",
    ),
    unchanged: figures(
      asked.map(({ given }) => given),
      "unchanged",
    ),
    chance: figures(
      asked.map((question) => anyAnswer(question, task, all, corpus.train, random)),
      "chance",
    ),
    seconds,
    seed,
  };
}

/** @param answers one to each question */
export function scoreChanges(
  questions: readonly ChangeQuestion[],
  answers: readonly Drawing[],
  seed: string,
): ChangeFigures {
  const pairs = questions.map(({ target }, index) => ({ target, answer: answers[index]! }));
  const mean = (of: string, value: (pair: (typeof pairs)[number]) => number) =>
    estimateMean(pairs.map(value), `${seed}/${of}`);
  return {
    exact: mean("exact", ({ target, answer }) => Number(drawingsEqual(target, answer))),
    alike: mean("alike", ({ target, answer }) => Number(areAlike(target, answer))),
    pixelError: mean("pixels", ({ target, answer }) => errorOf(target, answer)),
  };
}

function areAlike(a: Drawing, b: Drawing): boolean {
  const [one, other] = [colorLookOf(a), colorLookOf(b)];
  return one !== null && other !== null && looksAlike(one, other);
}

/** The largest where one cannot be rendered, or is of another shape. */
function errorOf(target: Drawing, answer: Drawing): number {
  try {
    return pixelError(target, answer);
  } catch (error) {
    if (error instanceof RenderError || error instanceof RangeError) return 1;
    throw error;
  }
}

function anyAnswer(
  { given }: ChangeQuestion,
  task: ChangeTask,
  all: readonly ChangeQuestion[],
  train: readonly CorpusEntry[],
  random: () => number,
): Drawing {
  if (task === "editing") return all[Math.floor(random() * all.length)]!.target;
  const other = train[Math.floor(random() * train.length)]?.drawing.elements ?? [];
  return {
    ...given,
    elements: [...given.elements, ...other.slice(Math.ceil(other.length / 2))],
  };
}
