/** The figures of a run, as `summary.json` holds them. */
import type { Baselines, HeldOutScore, Measure } from "../evaluate/index.ts";

export interface RunSummary {
  readonly name: string;
  readonly outcome: "finished" | "interrupted" | "out of time";
  readonly figures: RunFigures;
  readonly data: DataFigures;
  /** Null where nothing is held out. */
  readonly heldOut: HeldOutTable | null;
  /** Whether drawings follow their captions; null where that was not measured. */
  readonly measure: Measure | null;
}

export interface HeldOutTable extends Baselines {
  /** The best checkpoint's. */
  readonly decoder: HeldOutScore;
  /** The step of the best checkpoint. */
  readonly step: number;
  /** The pretrained model's before the first step; null for a new decoder. */
  readonly before: HeldOutScore | null;
}

export interface RunFigures {
  /** The engine in words. */
  readonly engine: string;
  readonly parameters: number;
  readonly steps: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
  /** 0 to 1. */
  readonly shareOfPeak: number;
  /** The machine's measured matrix-product speed, floating-point operations per second. */
  readonly peakFlops: number;
  readonly peakMemoryBytes: number;
}

export interface DataFigures {
  readonly source: string;
  readonly train: number;
  /** Flipped copies beside the training drawings. */
  readonly augmented: number;
  readonly heldOut: number;
  readonly rows: number;
  readonly duplicates: number;
  readonly bad: number;
  /** What the canonical form left away, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly tooLong: number;
  readonly refused: number;
  /** Mean tokens of a training sample. */
  readonly meanTokens: number;
  readonly vocabulary: number;
}

/** How much lower the decoder's held-out loss is than the better n-gram's: 0.15 is 15 %. */
export function marginOf({ decoder, bigram, trigram }: HeldOutTable): number {
  return 1 - decoder.natsPerToken / Math.min(bigram.natsPerToken, trigram.natsPerToken);
}

/** The n-gram models as levels of the curve. */
export function levelsOf(heldOut: HeldOutTable | null) {
  if (heldOut === null) return [];
  const { bigram, trigram } = heldOut;
  return [
    { label: "bigram, held-out", natsPerToken: bigram.natsPerToken },
    { label: "trigram, held-out", natsPerToken: trigram.natsPerToken },
  ];
}
