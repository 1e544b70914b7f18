/** How what is asked and its answer lie in one sequence, for every task and tokenizer alike. */
import type { SvgTokenizer } from "./svg-tokenizer.ts";
import { plainTemplates, promptPieces, type Task } from "./tasks.ts";

/** What fills the slots of a task's prompt. */
export interface TaskGiven {
  readonly caption?: string;
  readonly instruction?: string;
  /** Tokens of a drawing, as `encode` gives them. */
  readonly drawing?: ArrayLike<number>;
}

export interface EncodedTaskPrompt {
  /** All that stands before the answer. */
  readonly ids: readonly number[];
  /** Where the slot's drawing begins among them, and ends; -1 without one. */
  readonly drawingStart: number;
  readonly drawingEnd: number;
}

/** An answer behind its prompt. */
export interface EncodedAnswer {
  readonly ids: readonly number[];
  /** The first that is learnt, and the one behind the last. */
  readonly targets: readonly [from: number, to: number];
  /** Where the answer proper begins and ends, without the template's text around it. */
  readonly content: readonly [from: number, to: number];
}

/**
 * A task's prompt by the tokenizer's template. Captions and instructions are data: a token that one
 * spells is written as text.
 * @throws RangeError where what a slot needs is not given.
 * @example
 * const { ids } = encodeTaskPrompt(tokenizer, "svg-to-text", { drawing: tokenizer.encode(drawing) });
 */
export function encodeTaskPrompt(
  tokenizer: SvgTokenizer,
  task: Task,
  given: TaskGiven,
): EncodedTaskPrompt {
  const template = (tokenizer.templates ?? plainTemplates())[task];
  const ids: number[] = template.begin ? [tokenizer.vocabulary.special.bos] : [];
  let [drawingStart, drawingEnd] = [-1, -1];
  let before = "";
  let data: string | null = null;
  let after = "";
  const write = () => {
    if (data !== null || before !== "") {
      ids.push(...tokenizer.encodePlain(data ?? "", { before, after }));
    }
    [before, data, after] = ["", null, ""];
  };
  for (const piece of promptPieces(task, template.prompt)) {
    if ("text" in piece) {
      if (data === null) before += piece.text;
      else after += piece.text;
    } else if (piece.slot === "drawing") {
      const text = data === null ? before : after;
      write();
      drawingStart = ids.length;
      const tokens = filled(given, "drawing");
      ids.push(...(tokenizer.asGiven?.(tokens, text) ?? Array.from(tokens)));
      drawingEnd = ids.length;
    } else {
      // One stretch holds one text that is data.
      if (data !== null) write();
      const text = filled(given, piece.slot);
      data = template.trim === true ? text.trim() : text;
    }
  }
  write();
  return { ids, drawingStart, drawingEnd };
}

function filled<Key extends keyof TaskGiven>(
  given: TaskGiven,
  slot: Key,
): Required<TaskGiven>[Key] {
  const value = given[slot];
  if (value === undefined) throw new RangeError(`expected ${slot} for the task's prompt`);
  return value as Required<TaskGiven>[Key];
}

/**
 * A drawing, or what is left of one, as the answer.
 * @param tokens of the whole drawing, as `encode` gives them.
 * @param given how many of them stand there already; the one that opens a drawing unless given.
 */
export function encodeDrawingAnswer(
  tokenizer: SvgTokenizer,
  task: Task,
  tokens: readonly number[],
  given = 1,
): EncodedAnswer {
  const { before, end, after, learnOpening } = templateOf(tokenizer, task);
  const front = around(tokenizer, before);
  const ends = around(tokenizer, end);
  const from = given > 1 ? front.length + given : learnOpening ? 0 : front.length + 1;
  const to = front.length + tokens.length + ends.length;
  return {
    ids: [...front, ...tokens, ...ends, ...around(tokenizer, after)],
    targets: [from, to],
    content: [front.length, front.length + tokens.length],
  };
}

/**
 * A caption as the answer, with what ends it: the template's end, or where it has none the token that
 * ends a drawing.
 */
export function encodeCaptionAnswer(tokenizer: SvgTokenizer, caption: string): EncodedAnswer {
  const { end, after, trim } = templateOf(tokenizer, "svg-to-text");
  const { front, space } = captionOpening(tokenizer);
  const said = tokenizer.encodePlain(trim === true ? caption.trim() : caption, {
    before: space,
    after: "",
  });
  const ends = end === "" ? [tokenizer.vocabulary.special.eos] : around(tokenizer, end);
  const behind = front.length + said.length;
  return {
    ids: [...front, ...said, ...ends, ...around(tokenizer, after)],
    targets: [0, behind + ends.length],
    content: [front.length, behind],
  };
}

/**
 * What begins a caption: tokens that are given, as an empty `<think>` block, and the space that is part
 * of its first word's token.
 */
export function captionOpening(tokenizer: SvgTokenizer): {
  readonly front: readonly number[];
  readonly space: string;
} {
  const { before } = templateOf(tokenizer, "svg-to-text");
  const [space = ""] = / *$/.exec(before) ?? [];
  return { front: around(tokenizer, before.slice(0, before.length - space.length)), space };
}

/** What ends a caption: the first token after it. */
export function captionEnd(tokenizer: SvgTokenizer): number {
  const { ids, content } = encodeCaptionAnswer(tokenizer, "a");
  return ids[content[1]] ?? tokenizer.vocabulary.special.eos;
}

/** Ids that stand between a task's prompt and the answer, and are given. */
export function answerOpening(tokenizer: SvgTokenizer, task: Task): number[] {
  return around(tokenizer, templateOf(tokenizer, task).before);
}

function templateOf(tokenizer: SvgTokenizer, task: Task) {
  return (tokenizer.templates ?? plainTemplates())[task];
}

function around(tokenizer: SvgTokenizer, text: string): number[] {
  return text === "" ? [] : tokenizer.encodePlain("", { before: text, after: "" });
}
