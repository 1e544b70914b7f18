/**
 * Whether a model knows what a drawing shows, without a drawing of its own: of many captions, the true
 * one should make the drawing likeliest.
 */
import seedrandom from "seedrandom";
import type { Sample } from "../../data/index.ts";
import type { Model } from "../../models/index.ts";
import { encodePrompt, type SvgTokenizer } from "../../tokenizer/index.ts";
import { type Estimate, estimateMean } from "./bootstrap.ts";
import { drawingLogLikelihoods } from "./likelihood.ts";

export interface CaptionRank {
  /** How many drawings were asked about. */
  readonly drawings: number;
  /** Captions that each was offered, its own among them. */
  readonly captions: number;
  /** Share of the drawings whose own caption makes them likeliest. */
  readonly top1: Estimate;
  /** Mean of one over the rank of the own caption. */
  readonly mrr: Estimate;
  /** What a model that does not read captions reaches. */
  readonly chance: { readonly top1: number; readonly mrr: number };
}

export interface CaptionRankOptions {
  /** Drawings to ask about, at most. */
  readonly drawings: number;
  /** Captions offered for each, its own included. */
  readonly captions: number;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
  /** Of the choice of drawings and captions, and of the intervals. */
  readonly seed: number | string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A drawing as tokens, with every caption that is true of it; the first is the one that is asked for. */
export interface CaptionedTokens {
  readonly captions: readonly string[];
  readonly ids: ArrayLike<number>;
}

/**
 * @param entries the drawings that may be asked about.
 * @param distractors captions to offer beside the true one, of any drawings.
 * @returns null where there are no drawings, or no other captions that leave room for them.
 */
export function rankCaptions(
  model: Model,
  tokenizer: SvgTokenizer,
  entries: readonly CaptionedTokens[],
  distractors: readonly string[],
  options: CaptionRankOptions,
): CaptionRank | null {
  const { contextLength, seed } = options;
  const prompts = new Map(
    [...new Set([...distractors, ...entries.flatMap(({ captions }) => captions[0] ?? [])])].map(
      (caption) => [caption, encodePrompt(tokenizer, caption)],
    ),
  );
  const fits = (caption: string, { ids }: CaptionedTokens) =>
    prompts.get(caption)!.length + ids.length <= contextLength;
  const random = seedrandom(`${seed}/captions`);
  const asked = pick([...entries], options.drawings, random).flatMap((entry) => {
    const [own] = entry.captions;
    if (own === undefined || !fits(own, entry)) return [];
    const known = new Set(entry.captions);
    const others = [...new Set(distractors)].filter(
      (each) => !known.has(each) && fits(each, entry),
    );
    const offered = [own, ...pick(others, options.captions - 1, random)];
    return offered.length < options.captions ? [] : [{ entry, offered }];
  });
  if (asked.length === 0) return null;
  const samples = asked.flatMap(({ entry, offered }) =>
    offered.map((caption) => sampleOf(prompts.get(caption)!, entry.ids)),
  );
  const { pad } = tokenizer.vocabulary.special;
  const likely = drawingLogLikelihoods(model, samples, pad, options.onProgress);
  const count = options.captions;
  const ranks = asked.map((_, i) => rankOfFirst(likely.subarray(i * count, (i + 1) * count)));
  return {
    drawings: asked.length,
    captions: count,
    top1: estimateMean(
      ranks.map(({ top1 }) => top1),
      `${seed}/top1`,
    ),
    mrr: estimateMean(
      ranks.map(({ reciprocal }) => reciprocal),
      `${seed}/mrr`,
    ),
    chance: { top1: 1 / count, mrr: harmonic(0, count) / count },
  };
}

function sampleOf(prompt: readonly number[], ids: ArrayLike<number>): Sample {
  return {
    tokens: Int32Array.from([...prompt, ...Array.from(ids)]),
    drawingStart: prompt.length,
  };
}

/**
 * Where values are equal, the mean over the ranks that they share, so that a model that does not read
 * captions is at chance and not at the top.
 */
function rankOfFirst(values: Float64Array) {
  const own = values[0]!;
  const above = values.reduce((count, value) => count + Number(value > own), 0);
  const equal = values.reduce((count, value) => count + Number(value === own), 0);
  return {
    top1: above === 0 ? 1 / equal : 0,
    reciprocal: harmonic(above, above + equal) / equal,
  };
}

/** The sum of one over each rank after `from`, up to `to`. */
function harmonic(from: number, to: number): number {
  let sum = 0;
  for (let rank = from + 1; rank <= to; rank++) sum += 1 / rank;
  return sum;
}

/** So many of a list, at random; the list is reordered. */
export function pick<T>(list: T[], count: number, random: () => number): T[] {
  const chosen = Math.min(count, list.length);
  for (let i = 0; i < chosen; i++) {
    const j = i + Math.floor(random() * (list.length - i));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list.slice(0, chosen);
}
