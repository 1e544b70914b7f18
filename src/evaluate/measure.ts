/** Whether a model's drawings follow their captions, measured from both sides. */
import seedrandom from "seedrandom";
import { drawingOf, type TokenDataset } from "../../data/index.ts";
import type { DrawOptions, SvgGenerator } from "../generate/index.ts";
import { type Estimate, estimateMean } from "./bootstrap.ts";
import { type CaptionedTokens, type CaptionRank, pick, rankCaptions } from "./caption-rank.ts";
import { drawingLogLikelihoods } from "./likelihood.ts";
import {
  IconSet,
  otherDesigner,
  type RealIcon,
  type Resemblance,
  resemblance,
} from "./resemblance/index.ts";

/**
 * Whether a model's drawings follow their captions: by likeness to real icons, and by likelihood.
 * @example
 * const likeness = ({ trained, heldOut }: Measure) => [trained?.hit1.value, heldOut?.hit1.value];
 */
export interface Measure {
  /** Real icons that drawings were compared with. */
  readonly icons: number;
  /** Drawings of captions that were trained on; null where none were drawn. */
  readonly trained: Resemblance | null;
  /** Drawings of captions whose icons were held out. */
  readonly heldOut: Resemblance | null;
  /** Tabler's icons of the same names; null where that package is not installed, or bears none. */
  readonly designer: Resemblance | null;
  /** Over held-out drawings. */
  readonly captionRank: CaptionRank | null;
  /** -log2 p of a held-out drawing after its plainest caption. */
  readonly bitsPerDrawing: Estimate | null;
  /** Spent on drawing alone. */
  readonly seconds: number;
  readonly seed: number;
}

export interface MeasuredDrawings {
  /** What was trained on, as far as the model can hold it. */
  readonly train: TokenDataset;
  readonly heldOut: TokenDataset;
  /** Every drawing of the set. */
  readonly icons: Iterable<RealIcon>;
}

export interface MeasureOptions {
  /** Captions drawn of each part, at most. */
  readonly drawn: number;
  /** Held-out drawings whose caption is looked for, at most. */
  readonly ranked: number;
  /** Captions that it is looked for among, its own included. */
  readonly captions: number;
  /** Of the choice of captions and of the intervals. */
  readonly seed: number;
  /** How the drawings are made. */
  readonly draw: DrawOptions;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/**
 * One drawing a caption, the plainest of each icon.
 * @example
 * const result = measure(generator, { train: dataset, heldOut: dataset, icons }, {
 *   ...{ drawn: 60, ranked: 40, captions: 100, seed: 1, contextLength: 256 },
 *   draw: { sampling: { temperature: 0.3, topK: 0, topP: 0.95, repetitionPenalty: 1 }, seed: 1, maxTokens: null },
 * });
 * console.log(result.heldOut?.hit5.value);
 */
export function measure(
  generator: SvgGenerator,
  { train, heldOut, icons }: MeasuredDrawings,
  options: MeasureOptions,
): Measure {
  const { seed, onProgress } = options;
  const set = new IconSet(icons);
  const began = performance.now();
  const drawn = { trained: train, heldOut };
  const resembling = Object.entries(drawn).map(([part, dataset]) => {
    const prompts = chosenCaptions(dataset, options.drawn, `${seed}/${part}`);
    const drawings = generator.draw(prompts, {
      ...options.draw,
      onProgress: (share) =>
        onProgress?.(`drawing ${wordsOf[part]}`, share * prompts.length, prompts.length),
    });
    return drawings.map(({ prompt, drawing }) => ({ caption: prompt, drawing }));
  });
  const seconds = (performance.now() - began) / 1000;
  const [trained = null, unseen = null] = resembling.map((drawings, part) =>
    drawings.length === 0 || set.size === 0 ? null : resemblance(drawings, set, `${seed}/${part}`),
  );
  const named = otherDesigner(captionsOf(set)) ?? [];
  return {
    icons: set.size,
    trained,
    heldOut: unseen,
    designer:
      named.length === 0 || set.size === 0 ? null : resemblance(named, set, `${seed}/designer`),
    captionRank: ranksOf(generator, train, heldOut, options),
    bitsPerDrawing: bitsOf(generator, heldOut, options),
    seconds,
    seed,
  };
}

const wordsOf: Readonly<Record<string, string>> = {
  trained: "captions trained on",
  heldOut: "held-out captions",
};

/** The plainest caption of some samples, the same ones for one seed, in an order of its own. */
export function chosenCaptions(dataset: TokenDataset, count: number, seed: string): string[] {
  const samples = Array.from({ length: dataset.size }, (_, sample) => sample);
  return pick(samples, count, seedrandom(seed)).flatMap(
    (sample) => dataset.captions(sample)[0] ?? [],
  );
}

function* captionsOf(set: IconSet): Iterable<string> {
  for (let icon = 0; icon < set.size; icon++) yield* set.captions(icon);
}

function ranksOf(
  generator: SvgGenerator,
  train: TokenDataset,
  heldOut: TokenDataset,
  { ranked, captions, contextLength, seed, onProgress }: MeasureOptions,
): CaptionRank | null {
  const entries = Array.from({ length: heldOut.size }, (_, i) => tokensOf(heldOut, i));
  const distractors = [heldOut, train].flatMap((dataset) =>
    Array.from({ length: dataset.size }, (_, i) => dataset.captions(i)[0] ?? []).flat(),
  );
  return rankCaptions(generator.model, generator.tokenizer, entries, distractors, {
    drawings: ranked,
    captions,
    contextLength,
    seed,
    onProgress: (done, total) => onProgress?.("ranking captions", done, total),
  });
}

function tokensOf(dataset: TokenDataset, sample: number): CaptionedTokens {
  return { captions: dataset.captions(sample), ids: drawingOf(dataset.plain(sample)) };
}

function bitsOf(
  { model, tokenizer }: SvgGenerator,
  heldOut: TokenDataset,
  { seed }: MeasureOptions,
): Estimate | null {
  if (heldOut.size === 0) return null;
  const samples = Array.from({ length: heldOut.size }, (_, i) => heldOut.plain(i));
  const likely = drawingLogLikelihoods(model, samples, tokenizer.vocabulary.special.pad);
  return estimateMean(
    [...likely].map((nats) => -nats / Math.LN2),
    `${seed}/bits`,
  );
}
