/**
 * The tokenized dataset. A sample is a prompt and a drawing; since an icon has several captions (and,
 * when augmented, several drawings), they are kept apart and joined when a batch is made.
 */
import type { TokenArray, TokenRows } from "./token-table.ts";

/** The choice of no caption: what stands before a drawing of which nothing is said. */
export const noCaption = -1;

/** One choice among a sample's captions and drawings. */
export interface SampleChoice {
  readonly sample: number;
  /** Of those of the sample, or {@link noCaption}. */
  readonly caption: number;
  readonly drawing: number;
}

export interface Sample {
  /** The whole sequence, begin and end tokens included. */
  readonly tokens: Int32Array;
  /** Index of the token that opens the drawing. */
  readonly drawingStart: number;
  /** Index behind the one that ends it; the sequence's length where it is left out. */
  readonly drawingEnd?: number;
  /**
   * Indices of the first token that is learnt and of the one behind the last; from the one after the
   * drawing's opening to the end where it is left out.
   */
  readonly targets?: readonly [from: number, to: number];
}

/** The tokens of a sample's drawing. */
export function drawingOf({ tokens, drawingStart, drawingEnd }: Sample): Int32Array {
  return tokens.subarray(drawingStart, drawingEnd);
}

/** Which of a sample's tokens are learnt: the first, and the one behind the last. */
export function targetsOf({ tokens, drawingStart, targets }: Sample): readonly [number, number] {
  return targets ?? [drawingStart + 1, tokens.length];
}

/** A list that may lie on the disk. */
export interface Indexed<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

export interface DatasetSplits {
  readonly ids: Indexed<string>;
  /** Captions as text, for sample after sample. */
  readonly texts: Indexed<readonly string[]>;
  /** All captions as prompts; the first drawing of sample i has `captionStarts[i]` to `captionStarts[i + 1]`. */
  readonly prompts: TokenRows;
  readonly captionStarts: Uint32Array;
  /** The same for drawings; the first of a sample is the one of the source. */
  readonly drawings: TokenRows;
  readonly drawingStarts: Uint32Array;
  /**
   * Of drawings whose captions are their own, as a mirrored one's are: where they begin among the
   * prompts and where they end, two numbers a drawing; all have their sample's where it is left out.
   */
  readonly drawingCaptions?: Uint32Array;
  /** How often each prompt is shown beside the others of its drawing; all alike where it is left out. */
  readonly captionShares?: Float64Array;
  /** How often each sample is shown in an epoch; once each where it is left out. */
  readonly weights?: Float64Array;
  /**
   * Of answers that are no plain drawings, four numbers each, counted from the answer's first token:
   * the first token that is learnt, the one behind the last, the one that opens the drawing, the one
   * behind its last. All are plain drawings where it is left out.
   */
  readonly spans?: Int32Array;
  /** How often each drawing is shown beside the others of its sample; all alike where it is left out. */
  readonly drawingShares?: Float64Array;
  /** By sample, 1 where the prompt holds more than a caption and is never left away. */
  readonly needsPrompt?: Uint8Array;
  /** The prompt of an empty caption; none where it is left out. */
  readonly emptyPrompt?: Int32Array;
  /** The same by sample, where tasks say it in several ways; `emptyPrompt` where it is left out. */
  readonly emptyPrompts?: readonly Int32Array[];
}

export class TokenDataset {
  readonly #parts: DatasetSplits;

  constructor(parts: DatasetSplits) {
    this.#parts = parts;
  }

  /** What it is made of, to be written. */
  get parts(): DatasetSplits {
    return this.#parts;
  }

  /** Number of samples. */
  get size(): number {
    return this.#parts.ids.length;
  }

  id(sample: number): string {
    return from(this.#parts.ids, sample);
  }

  /** The captions of a sample as text; the first says it plainest. */
  captions(sample: number): readonly string[] {
    return from(this.#parts.texts, sample);
  }

  /** How often the sample is shown in an epoch: a fraction is the chance of being shown once more. */
  weight(sample: number): number {
    const { weights } = this.#parts;
    return weights === undefined ? 1 : at(weights, sample);
  }

  /** Captions that a drawing of the sample may be shown with. */
  captionCount(sample: number, drawing = 0): number {
    const [from, to] = this.#captionsOf(sample, drawing);
    return to - from;
  }

  /** The prompts that a drawing may be shown with: the first, and the one behind the last. */
  captionRange(sample: number, drawing: number): readonly [from: number, to: number] {
    return this.#captionsOf(sample, drawing);
  }

  /** One of the captions of a drawing, by its share. @param at from 0 to less than 1. */
  pickCaption(sample: number, drawing: number, at: number): number {
    const [from, to] = this.#captionsOf(sample, drawing);
    return picked(this.#parts.captionShares?.subarray(from, to), at, () => to - from);
  }

  /** One of the drawings of a sample, by its share. @param at from 0 to less than 1. */
  pickDrawing(sample: number, at: number): number {
    const { drawingStarts, drawingShares } = this.#parts;
    return picked(drawingShares?.subarray(...rangeOf(drawingStarts, sample)), at, () =>
      this.drawingCount(sample),
    );
  }

  /** Whether the sample may be shown without its caption. */
  mayDropCaption(sample: number): boolean {
    return this.#parts.needsPrompt?.[sample] !== 1;
  }

  drawingCount(sample: number): number {
    const { drawingStarts } = this.#parts;
    return at(drawingStarts, sample + 1) - at(drawingStarts, sample);
  }

  /** Tokens of the whole sequence. */
  lengthOf(choice: SampleChoice): number {
    const { drawings } = this.#parts;
    return this.#promptLength(choice) + drawings.lengthOf(this.#drawingRow(choice));
  }

  /** @throws RangeError when the sample, the caption or the drawing does not exist. */
  get(choice: SampleChoice): Sample {
    const prompt = this.#prompt(choice);
    const drawing = this.#parts.drawings.get(this.#drawingRow(choice));
    const tokens = new Int32Array(prompt.length + drawing.length);
    tokens.set(prompt);
    tokens.set(drawing, prompt.length);
    const { spans } = this.#parts;
    if (spans === undefined) return { tokens, drawingStart: prompt.length };
    const row = 4 * this.#drawingRow(choice);
    const [from, to, start, end] = [0, 1, 2, 3].map((i) => prompt.length + at(spans, row + i));
    return { tokens, drawingStart: start!, drawingEnd: end!, targets: [from!, to!] };
  }

  /** The sample as it is evaluated: its plainest caption and the drawing of the source. */
  plain(sample: number): Sample {
    return this.get({ sample, caption: 0, drawing: 0 });
  }

  #prompt(choice: SampleChoice): TokenArray | Int32Array {
    return this.#emptyPrompt(choice) ?? this.#parts.prompts.get(this.#promptRow(choice));
  }

  /** Without reading it from where it lies. */
  #promptLength(choice: SampleChoice): number {
    const empty = this.#emptyPrompt(choice);
    return empty?.length ?? this.#parts.prompts.lengthOf(this.#promptRow(choice));
  }

  /** Undefined where a caption is chosen. */
  #emptyPrompt({ sample, caption }: SampleChoice): Int32Array | undefined {
    const { emptyPrompt, emptyPrompts } = this.#parts;
    return caption === noCaption ? (emptyPrompts?.[sample] ?? emptyPrompt) : undefined;
  }

  #promptRow({ sample, caption, drawing }: SampleChoice): number {
    const [from, to] =
      drawing < this.drawingCount(sample) ? this.#captionsOf(sample, drawing) : [0, 0];
    if (caption < 0 || caption >= to - from) {
      throw new RangeError(`sample ${sample} has no caption ${caption} with drawing ${drawing}`);
    }
    return from + caption;
  }

  #drawingRow({ sample, drawing }: SampleChoice): number {
    if (drawing >= this.drawingCount(sample)) {
      throw new RangeError(`sample ${sample} has no drawing ${drawing}`);
    }
    return at(this.#parts.drawingStarts, sample) + drawing;
  }

  #captionsOf(sample: number, drawing: number): [from: number, to: number] {
    const { captionStarts, drawingStarts, drawingCaptions } = this.#parts;
    if (drawingCaptions === undefined) {
      return [at(captionStarts, sample), at(captionStarts, sample + 1)];
    }
    const row = 2 * (at(drawingStarts, sample) + drawing);
    return [at(drawingCaptions, row), at(drawingCaptions, row + 1)];
  }
}

function rangeOf(starts: Uint32Array, sample: number): [from: number, to: number] {
  return [at(starts, sample), at(starts, sample + 1)];
}

/** @param shares of all there are; undefined where they are alike. @param at from 0 to less than 1. */
function picked(shares: Float64Array | undefined, at: number, count: () => number): number {
  if (shares === undefined) return Math.floor(at * count());
  let rest = at * shares.reduce((sum, share) => sum + share, 0);
  const found = shares.findIndex((share) => {
    rest -= share;
    return rest < 0;
  });
  return found < 0 ? shares.length - 1 : found;
}

function from<T>(list: Indexed<T>, index: number): T {
  const value = index < 0 ? undefined : list.at(index);
  if (value === undefined) throw new RangeError(`sample ${index} of ${list.length}`);
  return value;
}

function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`sample ${index} of ${list.length}`);
  return value;
}
