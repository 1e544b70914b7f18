/** The figures of a run, as `summary.json` holds them. */
import type { LoopOutcome } from "../../trainers/index.ts";
import type {
  Baselines,
  CaptionAccuracy,
  ChangeAccuracy,
  HeldOutScore,
  Measure,
} from "../evaluate/index.ts";
import { formatCount } from "./format.ts";

export interface RunSummary {
  readonly name: string;
  readonly outcome: LoopOutcome;
  /** What made the drawings: the best checkpoint, or the last where nothing is held out. */
  readonly drawnBy: { readonly checkpoint: string; readonly step: number };
  readonly figures: RunFigures;
  readonly data: DataFigures;
  /** Null where nothing is held out. */
  readonly heldOut: HeldOutTable | null;
  /** Whether drawings follow their captions; null where that was not measured. */
  readonly measure: Measure | null;
  /** Whether the model says rightly what drawings show; left out where that was not measured. */
  readonly captions?: CaptionAccuracy;
  /** Whether it completes and edits drawings rightly; left out where that was not measured. */
  readonly changes?: readonly ChangeAccuracy[];
}

export interface HeldOutTable extends Baselines {
  /** The best checkpoint's. */
  readonly decoder: HeldOutScore;
  /** The step of the best checkpoint. */
  readonly step: number;
  /** The last evaluation, which may be worse than the best; null where none was made. */
  readonly last: { readonly step: number; readonly natsPerToken: number } | null;
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
  /** By `data.filters`; absent in runs of before they were there. */
  readonly filtered?: number;
  /** Mean tokens of a training sample. */
  readonly meanTokens: number;
  readonly vocabulary: number;
}

/** How much lower the decoder's held-out loss is than the better n-gram's: 0.15 is 15 %. */
export function marginOf({ decoder, bigram, trigram }: HeldOutTable): number {
  return 1 - decoder.natsPerToken / Math.min(bigram.natsPerToken, trigram.natsPerToken);
}

/** What the steps after the best one did to the held-out loss, in words; null where it is the last. */
export function lossSince({ decoder, step, last }: HeldOutTable): string | null {
  if (last === null || last.step <= step) return null;
  const rose = last.natsPerToken / decoder.natsPerToken - 1;
  const at = `lowest at step ${formatCount(step)}`;
  const then = `${last.natsPerToken.toFixed(3)} at step ${formatCount(last.step)}`;
  return rose < overfit
    ? `${at}, ${then}`
    : `${at}, then it rose: ${then}, ${(100 * rose).toFixed(0)} % higher. What comes after learns the drawings by heart: take fewer train.steps, a train.patience, model.dropout, or more drawings`;
}

/** From this rise of the held-out loss on, steps were too many. */
const overfit = 0.05;

/** The n-gram models as levels of the curve. */
export function levelsOf(heldOut: HeldOutTable | null) {
  if (heldOut === null) return [];
  const { bigram, trigram } = heldOut;
  return [
    { label: "bigram, held-out", natsPerToken: bigram.natsPerToken },
    { label: "trigram, held-out", natsPerToken: trigram.natsPerToken },
  ];
}
