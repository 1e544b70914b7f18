/** From a corpus's entries to a tokenized dataset, with an account of what did not fit. */

import type { Drawing } from "../../svg/index.ts";
import { EncodeError, encodePrompt, type SvgTokenizer } from "../../tokenizer/index.ts";
import type { CorpusEntry } from "../corpus/corpus.ts";
import { mayMirror, mirror } from "../corpus/mirror.ts";
import { TokenDataset } from "./dataset.ts";
import { TokenTableBuilder } from "./token-table.ts";

export interface TokenizeOptions {
  /** Longest sample: begin, caption and drawing together, in tokens. */
  readonly maxTokens: number;
  /** `mirror` adds each drawing flipped, where its captions allow. */
  readonly augment: "none" | "mirror";
}

export interface TokenizeReport {
  readonly samples: number;
  /** Drawings besides the source's own, by augmentation. */
  readonly augmented: number;
  /** Entries that are longer than allowed even with their shortest caption. */
  readonly tooLong: readonly string[];
  /** Entries that the tokenizer cannot hold, with its reason. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Tokens of the plain samples: smallest, percentiles and largest; zeros when there are none. */
  readonly lengths: LengthSummary;
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
  const { size } = tokenizer.vocabulary;
  const prompts = new TokenTableBuilder(size);
  const drawings = new TokenTableBuilder(size);
  const captionStarts = [0];
  const drawingStarts = [0];
  const ids: string[] = [];
  const texts: string[][] = [];
  const weights: number[] = [];
  const tooLong: string[] = [];
  const refused: { id: string; reason: string }[] = [];

  for (const entry of entries) {
    const encoded = encodeEntry(entry, tokenizer, options);
    if ("reason" in encoded) {
      refused.push({ id: entry.id, reason: encoded.reason });
      continue;
    }
    if (encoded.captions.length === 0) {
      tooLong.push(entry.id);
      continue;
    }
    ids.push(entry.id);
    weights.push(entry.weight ?? 1);
    texts.push(encoded.captions.map(({ text }) => text));
    for (const { prompt } of encoded.captions) prompts.add(prompt);
    for (const tokens of encoded.drawings) drawings.add(tokens);
    captionStarts.push(prompts.length);
    drawingStarts.push(drawings.length);
  }

  const dataset = new TokenDataset({
    ids,
    texts,
    prompts: prompts.build(),
    captionStarts: Uint32Array.from(captionStarts),
    drawings: drawings.build(),
    drawingStarts: Uint32Array.from(drawingStarts),
    ...(weights.every((weight) => weight === 1) ? {} : { weights: Float64Array.from(weights) }),
  });
  const augmented = drawings.length - ids.length;
  const lengths = summarize(dataset);
  return { dataset, report: { samples: ids.length, augmented, tooLong, refused, lengths } };
}

interface EncodedEntry {
  /** Those that fit the longest drawing into the limit. */
  readonly captions: readonly { readonly text: string; readonly prompt: number[] }[];
  readonly drawings: readonly number[][];
}

function encodeEntry(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, augment }: TokenizeOptions,
): EncodedEntry | { readonly reason: string } {
  try {
    const encode = (drawing: Drawing) => tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
    const drawings = [encode(entry.drawing)];
    if (augment === "mirror" && mayMirror(entry.captions)) {
      drawings.push(encode(mirror(entry.drawing)));
    }
    const room = maxTokens - Math.max(...drawings.map(({ length }) => length));
    const captions = entry.captions
      .map((text) => ({ text, prompt: encodePrompt(tokenizer, text) }))
      .filter(({ prompt }) => prompt.length <= room);
    return { captions, drawings };
  } catch (error) {
    if (error instanceof EncodeError) return { reason: error.message };
    throw error;
  }
}

function summarize(dataset: TokenDataset): LengthSummary {
  const lengths = Array.from({ length: dataset.size }, (_, sample) =>
    dataset.lengthOf({ sample, caption: 0, drawing: 0 }),
  ).sort((a, b) => a - b);
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
