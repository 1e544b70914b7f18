/** From a corpus's entries to a tokenized dataset, with an account of what did not fit. */
import { isDeepStrictEqual } from "node:util";
import { canonicalise, type Drawing } from "../../svg/index.ts";
import { EncodeError, encodePrompt, type SvgTokenizer } from "../../tokenizer/index.ts";
import { type AugmentOptions, augment } from "../corpus/augment.ts";
import type { CorpusEntry } from "../corpus/corpus.ts";
import { type Bounds, noFilters, outside } from "../filters/options.ts";
import { TokenDataset } from "./dataset.ts";
import { type SceneCount, type ScenePart, sceneParts } from "./scenes.ts";
import { TokenTableBuilder } from "./token-table.ts";

export interface TokenizeOptions {
  /** Longest sample: begin, caption and drawing together, in tokens. */
  readonly maxTokens: number;
  /** Drawings made of the source's; none where it is left out. */
  readonly augment?: AugmentOptions;
  /** Tokens of a drawing without its caption; any where they are left out. */
  readonly tokens?: Bounds;
  /** Split drawings that are too long into parts that fit; false unless given. */
  readonly scenes?: boolean;
}

export interface TokenizeReport {
  readonly samples: number;
  /** Drawings besides the source's own, by augmentation. */
  readonly augmented: number;
  /** Of drawings that were too long and are learnt in parts; absent where none is to be split. */
  readonly scenes?: SceneCount;
  /** Entries that are longer than allowed even with their shortest caption, and in no parts. */
  readonly tooLong: readonly TooLong[];
  /** Entries that the tokenizer cannot hold, with its reason. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Entries of fewer or more tokens than asked for; none where it is left out. */
  readonly filtered?: readonly FilteredEntry[];
  /** Tokens of the plain samples: smallest, percentiles and largest; zeros when there are none. */
  readonly lengths: LengthSummary;
  /**
   * Of every entry that the tokenizer holds, the tokens of its shortest sample, rising: the
   * context that it needs.
   */
  readonly needed: readonly number[];
  /** Samples by the number of their set. */
  readonly bySet: readonly number[];
}

export interface FilteredEntry {
  readonly id: string;
  readonly reason: string;
  /** Its tokens. */
  readonly detail: string;
}

/** A report of which parts are still to be added up: lengths as `[tokens, how many]`, rising. */
export interface PartialReport extends Omit<TokenizeReport, "lengths" | "needed"> {
  readonly plain: Histogram;
  readonly needed: Histogram;
}

export type Histogram = readonly (readonly [tokens: number, count: number])[];

/** Of the shards of a set, in their order. */
export function addReports(parts: readonly PartialReport[]): TokenizeReport {
  const bySet: number[] = [];
  for (const part of parts) {
    for (const [set, count] of part.bySet.entries()) bySet[set] = (bySet[set] ?? 0) + count;
  }
  return {
    samples: parts.reduce((sum, { samples }) => sum + samples, 0),
    augmented: parts.reduce((sum, { augmented }) => sum + augmented, 0),
    tooLong: parts.flatMap(({ tooLong }) => tooLong),
    refused: parts.flatMap(({ refused }) => refused),
    filtered: parts.flatMap(({ filtered = [] }) => filtered),
    lengths: summarize(spread(parts.map(({ plain }) => plain))),
    needed: spread(parts.map(({ needed }) => needed)),
    bySet: Array.from(bySet, (count) => count ?? 0),
  };
}

export function histogram(values: Iterable<number>): Histogram {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}

/** Every value, rising. */
function spread(histograms: readonly Histogram[]): number[] {
  const counts = new Map<number, number>();
  for (const [value, count] of histograms.flat()) {
    counts.set(value, (counts.get(value) ?? 0) + count);
  }
  const rising = [...counts].sort(([a], [b]) => a - b);
  return rising.flatMap(([value, count]) => Array<number>(count).fill(value));
}

export interface TooLong {
  readonly id: string;
  /** With its shortest caption. */
  readonly tokens: number;
}

export interface LengthSummary {
  readonly total: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export function tokenizeEntries(
  entries: readonly CorpusEntry[],
  tokenizer: SvgTokenizer,
  options: TokenizeOptions,
): { readonly dataset: TokenDataset; readonly report: TokenizeReport } {
  const builder = new DatasetBuilder(tokenizer);
  const tooLong: TooLong[] = [];
  const refused: { id: string; reason: string }[] = [];
  const filtered: FilteredEntry[] = [];
  const bounds = options.tokens ?? noFilters.tokens;
  const needed: number[] = [];
  const bySet: number[] = [];
  const scenes = { drawings: 0, parts: 0 };
  for (const entry of entries) {
    const encoded = encodeEntry(entry, tokenizer, options);
    if ("reason" in encoded) {
      refused.push({ id: entry.id, reason: encoded.reason });
      continue;
    }
    const fault = outside(encoded.tokens.length, bounds, "tokens");
    if (fault !== null) {
      filtered.push({ id: entry.id, detail: "", ...fault });
      continue;
    }
    needed.push(encoded.needed);
    const { set = 0 } = entry;
    while (bySet.length <= set) bySet.push(0);
    const parts = encoded.captions.length > 0 ? null : partsOf(entry, tokenizer, options);
    if (parts !== null) {
      scenes.drawings++;
      scenes.parts += parts.length;
      for (const part of parts) {
        builder.add({ ...entry, id: part.id }, { ...part, augmented: [], needed: 0 });
      }
    } else if (encoded.captions.length === 0) {
      tooLong.push({ id: entry.id, tokens: encoded.needed });
      continue;
    } else builder.add(entry, encoded);
    bySet[set] = (bySet[set] ?? 0) + (parts?.length ?? 1);
  }
  const dataset = builder.build();
  const report = {
    samples: dataset.size,
    augmented: builder.drawings - dataset.size,
    ...(options.scenes === true ? { scenes } : {}),
    tooLong,
    refused,
    filtered,
    lengths: summarize(plainLengths(dataset)),
    needed: needed.sort((a, b) => a - b),
    bySet,
  };
  return { dataset, report };
}

/** Null where drawings are not to be split, or this one cannot be. */
function partsOf(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, scenes = false }: TokenizeOptions,
): ScenePart[] | null {
  return scenes ? sceneParts(entry, tokenizer, maxTokens) : null;
}

export interface Caption {
  readonly text: string;
  readonly share: number;
  readonly prompt: readonly number[];
}

export interface EncodedEntry {
  /** Of the source's drawing, those that fit with it. */
  readonly captions: readonly Caption[];
  readonly tokens: readonly number[];
  readonly augmented: readonly {
    readonly tokens: readonly number[];
    captions: readonly Caption[];
  }[];
  /** Tokens of the shortest sample. */
  readonly needed: number;
}

function encodeEntry(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, augment: options }: TokenizeOptions,
): EncodedEntry | { readonly reason: string } {
  const encode = (drawing: Drawing) => tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
  // A drawing that is made of the source's has its captions in their order, or others.
  const shareOf = (captions: readonly string[], index: number) =>
    captions.length === entry.captions.length ? (entry.shares?.[index] ?? 1) : 1;
  const fitting = (captions: readonly string[], drawing: readonly number[]) =>
    captions
      .map((text, index) => ({
        text,
        share: shareOf(captions, index),
        prompt: encodePrompt(tokenizer, text),
      }))
      .filter(({ prompt }) => prompt.length + drawing.length <= maxTokens);
  try {
    const tokens = encode(entry.drawing);
    const prompts = entry.captions.map((text) => encodePrompt(tokenizer, text).length);
    const needed = tokens.length + Math.min(...prompts);
    const captions = fitting(entry.captions, tokens);
    const more = captions.length === 0 || options === undefined ? [] : augment(entry, options);
    const augmented = more.flatMap(({ kind, drawing, captions: said }) => {
      // A mirrored drawing may begin elsewhere.
      const own = encodeOrNothing(encode, canonicalise(drawing, tokenizer.canonical));
      // What is sorted has no other order.
      if (own === null || (kind === "order" && isDeepStrictEqual(own, tokens))) return [];
      const fit = fitting(said, own);
      return fit.length === 0 ? [] : [{ tokens: own, captions: fit }];
    });
    return { tokens, captions, augmented, needed };
  } catch (error) {
    if (error instanceof EncodeError) return { reason: error.message };
    throw error;
  }
}

/** Null where the tokenizer cannot hold it, as strokes too wide for its table. */
function encodeOrNothing(encode: (drawing: Drawing) => number[], drawing: Drawing) {
  try {
    return encode(drawing);
  } catch (error) {
    if (error instanceof EncodeError) return null;
    throw error;
  }
}

/** Collects tokens; captions that several drawings of a sample share are kept once. */
export class DatasetBuilder {
  readonly #prompts: TokenTableBuilder;
  readonly #drawings: TokenTableBuilder;
  readonly #captionStarts = [0];
  readonly #drawingStarts = [0];
  readonly #drawingCaptions: number[] = [];
  readonly #ids: string[] = [];
  readonly #texts: string[][] = [];
  readonly #weights: number[] = [];
  /** By prompt. */
  readonly #shares: number[] = [];
  readonly #emptyPrompt: Int32Array;

  constructor(tokenizer: SvgTokenizer) {
    const { size } = tokenizer.vocabulary;
    this.#prompts = new TokenTableBuilder(size);
    this.#drawings = new TokenTableBuilder(size);
    this.#emptyPrompt = Int32Array.from(encodePrompt(tokenizer, ""));
  }

  /** Drawings so far. */
  get drawings(): number {
    return this.#drawings.length;
  }

  add({ id, weight = 1 }: CorpusEntry, { captions, tokens, augmented }: EncodedEntry): void {
    this.#ids.push(id);
    this.#weights.push(weight);
    this.#texts.push(captions.map(({ text }) => text));
    const known = new Map<string, readonly [number, number]>();
    for (const one of [{ tokens, captions }, ...augmented]) {
      this.#drawings.add(one.tokens);
      const key = JSON.stringify(one.captions.map(({ text, share }) => [text, share]));
      const range = known.get(key) ?? this.#addPrompts(one.captions);
      known.set(key, range);
      this.#drawingCaptions.push(...range);
    }
    this.#captionStarts.push(this.#prompts.length);
    this.#drawingStarts.push(this.#drawings.length);
  }

  #addPrompts(captions: readonly Caption[]): readonly [from: number, to: number] {
    const from = this.#prompts.length;
    for (const { prompt, share } of captions) {
      this.#prompts.add(prompt);
      this.#shares.push(share);
    }
    return [from, this.#prompts.length];
  }

  build(): TokenDataset {
    const weighted = this.#weights.some((weight) => weight !== 1);
    const shared = this.#shares.some((share) => share !== 1);
    return new TokenDataset({
      ids: this.#ids,
      texts: this.#texts,
      prompts: this.#prompts.build(),
      captionStarts: Uint32Array.from(this.#captionStarts),
      drawings: this.#drawings.build(),
      drawingStarts: Uint32Array.from(this.#drawingStarts),
      drawingCaptions: Uint32Array.from(this.#drawingCaptions),
      emptyPrompt: this.#emptyPrompt,
      ...(shared ? { captionShares: Float64Array.from(this.#shares) } : {}),
      ...(weighted ? { weights: Float64Array.from(this.#weights) } : {}),
    });
  }
}

/** Of every sample with its plainest caption and the drawing of the source, rising. */
export function plainLengths(dataset: TokenDataset): number[] {
  return Array.from({ length: dataset.size }, (_, sample) =>
    dataset.lengthOf({ sample, caption: 0, drawing: 0 }),
  ).sort((a, b) => a - b);
}

/** @param lengths rising. */
export function summarize(lengths: readonly number[]): LengthSummary {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const rank = (share: number) =>
    lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))] ?? 0;
  return {
    total,
    mean: lengths.length === 0 ? 0 : total / lengths.length,
    min: rank(0),
    p50: rank(0.5),
    p90: rank(0.9),
    p99: rank(0.99),
    max: rank(1),
  };
}
