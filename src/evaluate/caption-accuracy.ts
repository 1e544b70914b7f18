/** How often a model says rightly what drawings show that it never saw. */
import seedrandom from "seedrandom";
import { drawingOf, type TokenDataset } from "../../data/index.ts";
import { printDrawing } from "../../svg/index.ts";
import { describeDrawings, type SvgGenerator } from "../generate/index.ts";
import { type Estimate, estimateMean } from "./bootstrap.ts";
import { pick } from "./caption-rank.ts";
import { contentWords, IconSet, nameIn, pictureOf, shareWord } from "./resemblance/index.ts";

/** Of captions beside the true ones; tags behind a comma count nowhere. */
export interface CaptionFigures {
  /** Share of the captions that are one of the drawing's own names. */
  readonly exact: Estimate;
  /** Share that have a word in common with one of them. */
  readonly sharedWord: Estimate;
}

/** One drawing, with what is said of it. */
export interface CaptionedExample {
  readonly svg: string;
  readonly written: string;
  /** All its names. */
  readonly names: readonly string[];
  /** The caption of the training drawing that looks most like it. */
  readonly nearest: string;
}

/**
 * Captions that a model wrote of held-out drawings, beside two ways without a model.
 * @example
 * const lift = ({ model, chance }: CaptionAccuracy) => model.sharedWord.value / chance.sharedWord;
 */
export interface CaptionAccuracy {
  readonly drawings: number;
  readonly model: CaptionFigures;
  /** The caption of the training drawing whose rendering is nearest; cosine of 32 x 32 pixels. */
  readonly nearest: CaptionFigures;
  /** What the caption of any training drawing would reach, in the mean over all. */
  readonly chance: { readonly exact: number; readonly sharedWord: number };
  /** Spent on writing alone. */
  readonly seconds: number;
  readonly seed: number;
  /** The first of them. */
  readonly examples: readonly CaptionedExample[];
}

export interface CaptionAccuracyOptions {
  /** Held-out drawings, at most. */
  readonly drawings: number;
  /** Of the choice of drawings and of the intervals. */
  readonly seed: number;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** Drawings that are kept with what is said of them. */
const mostExamples = 24;

/** Tokens that a caption needs at least, for a drawing to be asked about. */
const leastRoom = 16;

/**
 * The likeliest caption of each drawing.
 * @returns null where nothing is held out that leaves room for a caption.
 * @example
 * const accuracy = measureCaptions(generator, { train: dataset, heldOut: dataset }, {
 *   ...{ drawings: 120, seed: 1, contextLength: 256 },
 * });
 * console.log(accuracy?.model.exact.value);
 */
export function measureCaptions(
  generator: SvgGenerator,
  { train, heldOut }: { readonly train: TokenDataset; readonly heldOut: TokenDataset },
  { drawings: most, seed, contextLength, onProgress }: CaptionAccuracyOptions,
): CaptionAccuracy | null {
  const { tokenizer } = generator;
  const fits = (sample: number) =>
    drawingOf(heldOut.plain(sample)).length + leastRoom <= contextLength;
  const all = Array.from({ length: heldOut.size }, (_, sample) => sample).filter(fits);
  const samples = pick(all, most, seedrandom(`${seed}/captions`));
  if (samples.length === 0 || train.size === 0) return null;
  const decoded = (dataset: TokenDataset, sample: number) =>
    tokenizer.decode(drawingOf(dataset.plain(sample)));
  const drawings = samples.map((sample) => decoded(heldOut, sample));
  const began = performance.now();
  const said = describeDrawings(generator, drawings, {
    sampling: { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1 },
    seed,
    maxTokens: null,
    context: contextLength,
    onProgress: (share) =>
      onProgress?.("saying what drawings show", share * drawings.length, drawings.length),
  });
  const seconds = (performance.now() - began) / 1000;
  const known = new IconSet(knownIcons(train, decoded));
  const names = samples.map((sample) => heldOut.captions(sample).map(nameIn));
  const nearest = drawings.map((drawing) => nearestCaption(known, drawing));
  const figures = (captions: readonly string[], of: string): CaptionFigures => ({
    exact: estimateMean(
      captions.map((caption, i) => Number(isExact(caption, names[i]!))),
      `${seed}/${of}/exact`,
    ),
    sharedWord: estimateMean(
      captions.map((caption, i) => Number(sharesWord(caption, names[i]!))),
      `${seed}/${of}/word`,
    ),
  });
  return {
    drawings: samples.length,
    model: figures(
      said.map(({ caption }) => caption),
      "model",
    ),
    nearest: figures(nearest, "nearest"),
    chance: chanceOf(train, names),
    seconds,
    seed,
    examples: said.slice(0, mostExamples).map(({ caption, drawing }, i) => ({
      svg: printDrawing(drawing),
      written: caption,
      names: [...new Set(names[i])],
      nearest: nearest[i]!,
    })),
  };
}

function* knownIcons(
  train: TokenDataset,
  decoded: (dataset: TokenDataset, sample: number) => Parameters<typeof pictureOf>[0],
) {
  for (let sample = 0; sample < train.size; sample++) {
    yield { captions: train.captions(sample), drawing: decoded(train, sample) };
  }
}

/** Of what renders to nothing, nothing is said. */
function nearestCaption(known: IconSet, drawing: Parameters<typeof pictureOf>[0]): string {
  const picture = pictureOf(drawing);
  if (picture === null || known.size === 0) return "";
  const similar = known.similarities(picture);
  let best = 0;
  for (let icon = 1; icon < similar.length; icon++)
    if (similar[icon]! > similar[best]!) best = icon;
  return nameIn(known.captions(best)[0] ?? "");
}

function isExact(caption: string, names: readonly string[]): boolean {
  return names.includes(nameIn(caption));
}

function sharesWord(caption: string, names: readonly string[]): boolean {
  const words = contentWords(caption);
  return names.some((name) => shareWord(words, contentWords(name)));
}

function chanceOf(train: TokenDataset, names: readonly (readonly string[])[]) {
  const captions = Array.from({ length: train.size }, (_, i) => nameIn(train.captions(i)[0] ?? ""));
  const words = captions.map(contentWords);
  let [exact, sharedWord] = [0, 0];
  for (const own of names) {
    const ownWords = own.map(contentWords);
    for (const [i, caption] of captions.entries()) {
      exact += Number(own.includes(caption));
      sharedWord += Number(ownWords.some((each) => shareWord(words[i]!, each)));
    }
  }
  const pairs = names.length * captions.length;
  return { exact: exact / pairs, sharedWord: sharedWord / pairs };
}
