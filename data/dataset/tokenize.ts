/** From a corpus's entries to a tokenized dataset, with an account of what did not fit. */

import { encodeTaskPrompt, type SvgTokenizer, type Task } from "../../tokenizer/index.ts";
import type { CorpusEntry } from "../corpus/corpus.ts";
import { type Bounds, noFilters, outside } from "../filters/options.ts";
import { TokenDataset } from "./dataset.ts";
import { type EncodeOptions, encodeEntry } from "./encode-entry.ts";
import type { Answer, Caption, EncodedEntry, Span } from "./encoded-entry.ts";
import { type SceneCount, type ScenePart, sceneParts } from "./scenes.ts";
import { TokenTableBuilder } from "./token-table.ts";

export interface TokenizeOptions extends EncodeOptions {
  /** Tokens of a drawing without its caption; any where they are left out. */
  readonly tokens?: Bounds;
  /** Split drawings that are too long into parts that fit; false unless given. */
  readonly scenes?: boolean;
  /** What samples are made of each drawing; `text-to-svg` alone unless given. */
  readonly tasks?: readonly TaskShare[];
}

export interface TaskShare {
  readonly task: Task;
  /** How often its samples are shown beside the others'. */
  readonly weight: number;
}

export const drawingTask: readonly TaskShare[] = [{ task: "text-to-svg", weight: 1 }];

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
  const { tasks = drawingTask } = options;
  let augmented = 0;
  for (const { entry, task } of samplesOf(entries, tasks)) {
    const encoded = encodeEntry(entry, tokenizer, options, task);
    if ("reason" in encoded) {
      refused.push({ id: entry.id, reason: encoded.reason });
      continue;
    }
    const fault =
      encoded.tokens.length === 0 ? null : outside(drawingTokens(encoded), bounds, "tokens");
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
    } else {
      builder.add(entry, encoded, task);
      augmented += encoded.made ?? encoded.augmented.length;
    }
    bySet[set] = (bySet[set] ?? 0) + (parts?.length ?? 1);
  }
  const dataset = builder.build();
  const report = {
    samples: dataset.size,
    augmented,
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

/** Of the drawing alone, wherever it stands. */
function drawingTokens({ tokens, span }: EncodedEntry): number {
  return span === undefined ? tokens.length : span[3] - span[2];
}

/** Each drawing once for each task, with the weight of both; ids say the task where there are several. */
function* samplesOf(entries: readonly CorpusEntry[], tasks: readonly TaskShare[]) {
  for (const entry of entries) {
    for (const { task, weight } of tasks) {
      const id = tasks.length > 1 ? `${entry.id} (${task})` : entry.id;
      yield { task, entry: { ...entry, id, weight: (entry.weight ?? 1) * weight } };
    }
  }
}

/** Null where drawings are not to be split, or this one cannot be. */
function partsOf(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, scenes = false }: TokenizeOptions,
): ScenePart[] | null {
  return scenes ? sceneParts(entry, tokenizer, maxTokens) : null;
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
  /** By drawing. */
  readonly #drawingShares: number[] = [];
  readonly #spans: number[] = [];
  #spanned = false;
  readonly #needsPrompt: number[] = [];
  readonly #tokenizer: SvgTokenizer;
  readonly #emptyPrompts: Int32Array[] = [];
  readonly #emptyByTask = new Map<Task, Int32Array>();

  constructor(tokenizer: SvgTokenizer) {
    this.#tokenizer = tokenizer;
    const { size } = tokenizer.vocabulary;
    this.#prompts = new TokenTableBuilder(size);
    this.#drawings = new TokenTableBuilder(size);
  }

  add({ id, weight = 1 }: CorpusEntry, encoded: EncodedEntry, task: Task = "text-to-svg"): void {
    const { captions, augmented, texts, needsPrompt = false } = encoded;
    this.#ids.push(id);
    this.#weights.push(weight);
    this.#texts.push([...(texts ?? captions.map(({ text }) => text))]);
    this.#needsPrompt.push(Number(needsPrompt));
    this.#emptyPrompts.push(this.#emptyPrompt(needsPrompt ? "text-to-svg" : task));
    const known = new Map<string, readonly [number, number]>();
    for (const one of [encoded, ...augmented]) {
      this.#addAnswer(one);
      const key = JSON.stringify(one.captions.map(({ text, share }) => [text, share]));
      const range = known.get(key) ?? this.#addPrompts(one.captions);
      known.set(key, range);
      this.#drawingCaptions.push(...range);
    }
    this.#captionStarts.push(this.#prompts.length);
    this.#drawingStarts.push(this.#drawings.length);
  }

  /** Of tasks that may be asked for without a caption. */
  #emptyPrompt(task: Task): Int32Array {
    const known = this.#emptyByTask.get(task);
    if (known !== undefined) return known;
    const { ids } = encodeTaskPrompt(this.#tokenizer, task, { caption: "" });
    const made = Int32Array.from(ids);
    this.#emptyByTask.set(task, made);
    return made;
  }

  #addAnswer({ tokens, span, share = 1 }: Answer): void {
    this.#drawings.add(tokens);
    this.#drawingShares.push(share);
    this.#spanned ||= span !== undefined;
    this.#spans.push(...(span ?? ([1, tokens.length, 0, tokens.length] satisfies Span)));
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
    const drawn = this.#drawingShares.some((share) => share !== 1);
    return new TokenDataset({
      ids: this.#ids,
      texts: this.#texts,
      prompts: this.#prompts.build(),
      captionStarts: Uint32Array.from(this.#captionStarts),
      drawings: this.#drawings.build(),
      drawingStarts: Uint32Array.from(this.#drawingStarts),
      drawingCaptions: Uint32Array.from(this.#drawingCaptions),
      emptyPrompt: this.#emptyPrompt("text-to-svg"),
      ...(this.#emptyByTask.has("completion") ? { emptyPrompts: this.#emptyPrompts } : {}),
      ...(this.#spanned ? { spans: Int32Array.from(this.#spans) } : {}),
      ...(drawn ? { drawingShares: Float64Array.from(this.#drawingShares) } : {}),
      ...(this.#needsPrompt.includes(1) ? { needsPrompt: Uint8Array.from(this.#needsPrompt) } : {}),
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
