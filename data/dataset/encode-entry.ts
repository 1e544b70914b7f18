/** From an entry of a corpus to the tokens of its samples, by the task that they are of. */
import { isDeepStrictEqual } from "node:util";
import seedrandom from "seedrandom";
import { canonicalise, type Drawing } from "../../svg/index.ts";
import {
  type EncodedAnswer,
  EncodeError,
  encodeCaptionAnswer,
  encodeDrawingAnswer,
  encodeTaskPrompt,
  type SvgTokenizer,
  type Task,
} from "../../tokenizer/index.ts";
import { type AugmentOptions, augment } from "../corpus/augment.ts";
import { type EditOptions, editKinds, editsOf } from "../corpus/edits.ts";
import type { CorpusEntry } from "../corpus/entry.ts";
import type { Answer, Caption, EncodedEntry, Span } from "./encoded-entry.ts";

export interface EncodeOptions {
  /** Longest sample: what is given and the answer together, in tokens. */
  readonly maxTokens: number;
  /** Drawings made of the source's; none where it is left out. */
  readonly augment?: AugmentOptions;
  /** Of `completion`: beginnings made of each drawing, at most; 3 unless given. */
  readonly beginnings?: number;
  /** Of `editing`: what edits are made of drawings; four of all kinds unless given. */
  readonly edits?: EditOptions;
}

const defaultBeginnings = 3;
const defaultEdits: EditOptions = { kinds: editKinds, each: 4 };

/** Or why the tokenizer cannot hold it, or the task has no use for it. */
export type Encoded = EncodedEntry | { readonly reason: string };

export function encodeEntry(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  options: EncodeOptions,
  task: Task = "text-to-svg",
): Encoded {
  try {
    return encoders[task](entry, tokenizer, options);
  } catch (error) {
    if (error instanceof EncodeError) return { reason: error.message };
    throw error;
  }
}

type Encoder = (entry: CorpusEntry, tokenizer: SvgTokenizer, options: EncodeOptions) => Encoded;

const encoders: Readonly<Record<Task, Encoder>> = {
  "text-to-svg": drawingAfterCaption,
  "svg-to-text": captionAfterDrawing,
  completion: restAfterBeginning,
  editing: drawingAfterInstruction,
};

function drawingAfterCaption(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, augment: options }: EncodeOptions,
): EncodedEntry {
  const task = "text-to-svg";
  const promptsOf = (captions: readonly string[]): Caption[] =>
    captions.map((text, index) => ({
      text,
      share: shareOf(entry, captions, index),
      prompt: encodeTaskPrompt(tokenizer, task, { caption: text }).ids,
    }));
  const answerOf = (tokens: readonly number[], captions: readonly Caption[]): Answer => {
    const answer = encodeDrawingAnswer(tokenizer, task, tokens);
    const fit = captions.filter(({ prompt }) => prompt.length + answer.ids.length <= maxTokens);
    return { tokens: answer.ids, captions: fit, ...spanOf(answer) };
  };
  const said = promptsOf(entry.captions);
  const plain = answerOf(encodeFitted(tokenizer, entry.drawing), said);
  const needed = plain.tokens.length + Math.min(...said.map(({ prompt }) => prompt.length));
  const made = plain.captions.length === 0 ? [] : madeOf(entry, tokenizer, options);
  const augmented = made
    .map(({ tokens, captions }) => answerOf(tokens, promptsOf(captions)))
    .filter(({ captions }) => captions.length > 0);
  return { ...plain, augmented, needed };
}

/** Every drawing with every caption is an answer of its own, each caption as often as its share. */
function captionAfterDrawing(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, augment: options }: EncodeOptions,
): EncodedEntry {
  let needed = Number.POSITIVE_INFINITY;
  const answersOf = (
    drawing: readonly number[],
    captions: readonly string[],
    number: number,
  ): (Answer & { readonly text: string })[] => {
    const asked = encodeTaskPrompt(tokenizer, "svg-to-text", { drawing });
    const { ids: prompt, drawingStart, drawingEnd } = asked;
    const answers = captions.map((text, index) => {
      const { ids: tokens, targets } = encodeCaptionAnswer(tokenizer, text);
      const [start, end] = [drawingStart, drawingEnd].map((at) => at - prompt.length);
      const span: Span = [...targets, start!, end!];
      // One prompt for all captions of a drawing, told by its number from the others'.
      const captionsShown = [{ text: String(number), share: 1, prompt }];
      return {
        tokens,
        captions: captionsShown,
        span,
        share: shareOf(entry, captions, index),
        text,
      };
    });
    const lengths = answers.map(({ tokens }) => prompt.length + tokens.length);
    if (number === 0) needed = Math.min(...lengths);
    const fit = answers.filter((_, index) => lengths[index]! <= maxTokens);
    const total = fit.reduce((sum, { share }) => sum + share, 0);
    return fit.map((answer) => ({ ...answer, share: answer.share / total }));
  };
  const own = answersOf(encodeFitted(tokenizer, entry.drawing), entry.captions, 0);
  const [first, ...others] = own;
  if (first === undefined) return { tokens: [], captions: [], augmented: [], needed };
  const drawings = madeOf(entry, tokenizer, options);
  const more = drawings.flatMap(({ tokens, captions }, index) =>
    answersOf(tokens, captions, index + 1),
  );
  const texts = own.map(({ text }) => text);
  const augmented = [...others, ...more];
  return { ...first, augmented, made: drawings.length, needed, texts, needsPrompt: true };
}

/** Beginnings of different lengths, each an answer of its own with all captions. */
function restAfterBeginning(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, augment: options, beginnings = defaultBeginnings }: EncodeOptions,
): Encoded {
  const task = "completion";
  const own = tokenizer.fit?.(entry.drawing) ?? entry.drawing;
  let needed = Number.POSITIVE_INFINITY;
  const answersOf = (drawing: Drawing, captions: readonly string[], seed: string): Answer[] => {
    const said = captions.map((text, index) => ({
      text,
      share: shareOf(entry, captions, index),
      prompt: encodeTaskPrompt(tokenizer, task, { caption: text }).ids,
    }));
    return cutsOf(drawing, beginnings, seed).flatMap((elements): Answer[] => {
      const split = tokenizer.split(drawing, elements);
      if (split === null) return [];
      const { given, rest } = split;
      const answer = encodeDrawingAnswer(tokenizer, task, [...given, ...rest], given.length);
      const lengths = said.map(({ prompt }) => prompt.length + answer.ids.length);
      needed = Math.min(needed, ...lengths);
      const fit = said.filter((_, index) => lengths[index]! <= maxTokens);
      return [{ tokens: answer.ids, captions: fit, span: [...answer.targets, ...answer.content] }];
    });
  };
  const first = answersOf(own, entry.captions, entry.id);
  if (first.length === 0) return { reason: "has one element alone, or none that may be given" };
  const fit = first.filter(({ captions }) => captions.length > 0);
  const [plain, ...others] = fit;
  if (plain === undefined) return { tokens: [], captions: [], augmented: [], needed };
  const drawings = madeOf(entry, tokenizer, options);
  const more = drawings.flatMap(({ drawing, captions }, index) =>
    answersOf(drawing, captions, `${entry.id}/${index}`).filter((each) => each.captions.length > 0),
  );
  return { ...plain, augmented: [...others, ...more], made: drawings.length, needed };
}

/** Numbers of elements to be given, rising; all of them where they are few. */
function cutsOf({ elements }: Drawing, most: number, seed: string): number[] {
  const cuts = Array.from({ length: Math.max(0, elements.length - 1) }, (_, i) => i + 1);
  const random = seedrandom(`cuts/${seed}`);
  while (cuts.length > most) cuts.splice(Math.floor(random() * cuts.length), 1);
  return cuts;
}

/** A pair of the source, or edits made of the drawing, each an answer of its own. */
function drawingAfterInstruction(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, edits = defaultEdits }: EncodeOptions,
): Encoded {
  const task = "editing";
  const pairs =
    entry.before === undefined
      ? editsOf(entry, edits)
      : entry.captions.map((instruction) => ({
          before: entry.before!,
          instruction,
          after: entry.drawing,
        }));
  let needed = Number.POSITIVE_INFINITY;
  const texts: string[] = [];
  const answers = pairs.flatMap(({ before, instruction, after }, index): Answer[] => {
    const [from, to] = [before, after].map((drawing) =>
      encodeOrNothing(tokenizer, canonicalise(drawing, tokenizer.canonical)),
    );
    // As colours are where a tokenizer has none, or what looks the same to it.
    if (!from || !to || from.join() === to.join()) return [];
    const { ids: prompt } = encodeTaskPrompt(tokenizer, task, { drawing: from, instruction });
    const answer = encodeDrawingAnswer(tokenizer, task, to);
    const length = prompt.length + answer.ids.length;
    needed = Math.min(needed, length);
    if (length > maxTokens) return [];
    texts.push(instruction);
    const captions = [{ text: String(index), share: 1, prompt }];
    return [{ tokens: answer.ids, captions, span: [...answer.targets, ...answer.content] }];
  });
  if (needed === Number.POSITIVE_INFINITY) {
    return { reason: "no edit of it can be said by the tokenizer" };
  }
  const [first, ...others] = answers;
  if (first === undefined) return { tokens: [], captions: [], augmented: [], needed };
  const made = entry.before === undefined ? others.length : 0;
  return { ...first, augmented: others, made, needed, texts, needsPrompt: true };
}

/** Nothing for a plain drawing, which is what is meant without. */
function spanOf({ ids, targets, content }: EncodedAnswer): { readonly span?: Span } {
  const span: Span = [...targets, ...content];
  const plain = [1, ids.length, 0, ids.length];
  return span.every((value, index) => value === plain[index]) ? {} : { span };
}

/** A drawing that is made of the source's has its captions in their order, or others. */
function shareOf(entry: CorpusEntry, captions: readonly string[], index: number): number {
  return captions.length === entry.captions.length ? (entry.shares?.[index] ?? 1) : 1;
}

interface MadeDrawing {
  readonly drawing: Drawing;
  readonly tokens: readonly number[];
  readonly captions: readonly string[];
}

/** Drawings made of the entry's own, as far as the tokenizer can hold them. */
function madeOf(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  options: AugmentOptions | undefined,
): MadeDrawing[] {
  const made = options === undefined ? [] : augment(entry, options);
  const own = () => encodeOrNothing(tokenizer, entry.drawing);
  return made.flatMap(({ kind, drawing, captions }) => {
    // A mirrored drawing may begin elsewhere.
    const canonical = canonicalise(drawing, tokenizer.canonical);
    const tokens = encodeOrNothing(tokenizer, canonical);
    // What is sorted has no other order.
    const isSame = kind === "order" && isDeepStrictEqual(tokens, own());
    return tokens === null || isSame ? [] : [{ drawing: canonical, tokens, captions }];
  });
}

function encodeFitted(tokenizer: SvgTokenizer, drawing: Drawing): number[] {
  return tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
}

/** Null where the tokenizer cannot hold it, as strokes too wide for its table. */
function encodeOrNothing(tokenizer: SvgTokenizer, drawing: Drawing): number[] | null {
  try {
    return encodeFitted(tokenizer, drawing);
  } catch (error) {
    if (error instanceof EncodeError) return null;
    throw error;
  }
}
