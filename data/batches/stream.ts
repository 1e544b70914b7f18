/**
 * The endless stream of training batches. Everything follows from (seed, epoch): the order of the
 * samples, which caption and which drawing each shows, and how they are packed. So a stream is
 * resumed by two numbers. Batches run on over the end of an epoch; none is partial.
 */
import seedrandom from "seedrandom";
import { noCaption, type SampleChoice, type TokenDataset } from "../dataset/dataset.ts";
import { type Batch, type LossScope, layOut } from "./batch.ts";
import { packBestFit } from "./packing.ts";

export interface StreamOptions {
  /** Rows of a batch. */
  readonly batchSize: number;
  /** Places of a row; a sample of n tokens takes n - 1. */
  readonly sequenceLength: number;
  /** Several samples in a row, or one and padding. */
  readonly packing: boolean;
  readonly lossOn: LossScope;
  /**
   * Share of the samples that are shown without a caption, so that the model also learns what drawings
   * are like of which nothing is said (Ho and Salimans 2022); 0 unless given.
   */
  readonly captionDropout?: number;
  /**
   * Without packing: samples of like length come together, in rows no longer than they need, so that
   * there is less padding; false unless given.
   */
  readonly groupByLength?: boolean;
  /** Samples that fit no row are not shown, instead of refused; false unless given. */
  readonly leaveLonger?: boolean;
  readonly seed: number;
  /** Id of the padding token. */
  readonly pad: number;
}

/** Where a stream stands. */
export interface StreamState {
  readonly epoch: number;
  /** The next row of that epoch. */
  readonly row: number;
}

export class BatchStream {
  readonly #dataset: TokenDataset;
  readonly #options: StreamOptions;
  #epoch: number;
  #row: number;
  #plan: readonly (readonly SampleChoice[])[];

  /** @throws RangeError when the dataset is empty, or holds a sample, or none, that fits a row. */
  constructor(
    dataset: TokenDataset,
    options: StreamOptions,
    state: StreamState = { epoch: 0, row: 0 },
  ) {
    if (dataset.size === 0) throw new RangeError("expected at least one sample to make batches of");
    this.#dataset = dataset;
    this.#options = options;
    this.#epoch = state.epoch;
    this.#row = state.row;
    this.#plan = planEpoch(dataset, options, state.epoch);
  }

  /** Give it to the constructor to go on from here. */
  get state(): StreamState {
    return { epoch: this.#epoch, row: this.#row };
  }

  /** Passes over the dataset so far, with fractions. */
  get epochs(): number {
    return this.#epoch + this.#row / this.#plan.length;
  }

  /** Rows of the present epoch; a little different from epoch to epoch. */
  get rowsInEpoch(): number {
    return this.#plan.length;
  }

  /** @param count of rows; the options' `batchSize` unless given. */
  next(count: number = this.#options.batchSize): Batch {
    const shown = Array.from({ length: count }, () => this.#nextRow());
    const { pad, lossOn } = this.#options;
    const rows = shown.map((row) => row.map((choice) => this.#dataset.get(choice)));
    const sequenceLength = this.#lengthFor(shown);
    return { ...layOut(rows, { rows: count, sequenceLength, pad }, lossOn), shown };
  }

  /** Passes over so many rows, as if they had been given out. */
  skip(count: number = this.#options.batchSize): void {
    for (let i = 0; i < count; i++) this.#nextRow();
  }

  /** Positions of the rows: those of the options, or as few quarters of them as hold the samples. */
  #lengthFor(rows: readonly (readonly SampleChoice[])[]): number {
    const { sequenceLength, packing, groupByLength = false } = this.#options;
    if (packing || !groupByLength) return sequenceLength;
    const longest = Math.max(...rows.flat().map((choice) => this.#dataset.lengthOf(choice) - 1));
    const quarter = Math.ceil(sequenceLength / 4);
    return Math.min(sequenceLength, quarter * Math.ceil(longest / quarter));
  }

  #nextRow(): readonly SampleChoice[] {
    if (this.#row >= this.#plan.length) {
      this.#epoch++;
      this.#row = 0;
      this.#plan = planEpoch(this.#dataset, this.#options, this.#epoch);
    }
    return this.#plan[this.#row++] ?? [];
  }
}

function planEpoch(
  dataset: TokenDataset,
  options: StreamOptions,
  epoch: number,
): (readonly SampleChoice[])[] {
  const { seed, sequenceLength, packing, captionDropout = 0, leaveLonger = false } = options;
  const random = seedrandom(`${seed}/${epoch}`);
  const all = samplesShown(dataset, random).map((sample) => {
    const [forCaption, forDrawing] = [random(), random()];
    const drawing = dataset.pickDrawing(sample, forDrawing);
    const caption = dataset.pickCaption(sample, drawing, forCaption);
    return { sample, caption, drawing };
  });
  // From numbers of their own, so that all else is chosen as it is without.
  const dropping = seedrandom(`${seed}/${epoch}/captions`);
  for (const choice of all) {
    if (dropping() < captionDropout && dataset.mayDropCaption(choice.sample)) {
      choice.caption = noCaption;
    }
  }
  const fits = (choice: SampleChoice) => dataset.lengthOf(choice) - 1 <= sequenceLength;
  const choices = leaveLonger ? all.filter(fits) : all;
  if (choices.length === 0) {
    throw new RangeError(`no sample fits into ${sequenceLength} positions; begin with longer rows`);
  }
  shuffle(choices, random);
  if (!packing) {
    const ordered = options.groupByLength ? grouped(choices, dataset, options, random) : choices;
    return ordered.map((choice) => [choice]);
  }
  const lengths = choices.map((choice) => dataset.lengthOf(choice) - 1);
  const rows = packBestFit(lengths, sequenceLength).map((row) =>
    row.flatMap((i) => choices[i] ?? []),
  );
  return shuffle(rows, random);
}

/** Each sample as often as its weight says. At least one, or an epoch of small weights has none. */
function samplesShown(dataset: TokenDataset, random: () => number): number[] {
  const shown: number[] = [];
  for (let sample = 0; sample < dataset.size; sample++) {
    const weight = dataset.weight(sample);
    const whole = Math.floor(weight);
    const times = whole === weight ? whole : whole + (random() < weight - whole ? 1 : 0);
    for (let sequenceLength = 0; sequenceLength < times; sequenceLength++) shown.push(sample);
  }
  return shown.length > 0 ? shown : [Math.floor(random() * dataset.size)];
}

/** Batches that are sorted together: enough for like lengths, few enough for another order each epoch. */
const batchesSorted = 50;

/** Of shuffled samples, stretches sorted by length, cut into batches that come in any order. */
function grouped(
  choices: readonly SampleChoice[],
  dataset: TokenDataset,
  { batchSize }: StreamOptions,
  random: () => number,
): SampleChoice[] {
  const batches: SampleChoice[][] = [];
  const stretch = batchesSorted * batchSize;
  for (let from = 0; from < choices.length; from += stretch) {
    const sorted = choices
      .slice(from, from + stretch)
      .sort((a, b) => dataset.lengthOf(b) - dataset.lengthOf(a));
    for (let at = 0; at < sorted.length; at += batchSize) {
      batches.push(sorted.slice(at, at + batchSize));
    }
  }
  // Filled up with others of the epoch, or it would part all batches that come after it.
  const last = batches.at(-1) ?? [];
  for (let i = 0; last.length < batchSize; i++) last.push(choices[i % choices.length]!);
  return shuffle(batches, random).flat();
}

/** Fisher and Yates, in place. */
function shuffle<T>(list: T[], random: () => number): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
