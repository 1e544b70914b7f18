import type { Drawing } from "../../svg/index.ts";

/** A drawing of the corpus, with all that is said of it. */
export interface CorpusEntry {
  /** Unique: the row's own, with the set's name before it where there are several sets. */
  readonly id: string;
  /** At least one; the first says it plainest. Of all rows that hold this very drawing. */
  readonly captions: readonly string[];
  /** How often each caption is shown beside the others; all alike where it is left out. */
  readonly shares?: readonly number[];
  readonly drawing: Drawing;
  /** Of a pair: what the drawing was before it was changed as a caption says. */
  readonly before?: Drawing;
  /** What its side of the split follows from; of the drawing itself where it is left out. */
  readonly print?: string;
  /** Its names in all rows, without tags and style. */
  readonly names?: readonly string[];
  /** All that is known of it, also what no caption says. */
  readonly words?: readonly string[];
  /** Number of its set in the report's sets; the first that holds it. */
  readonly set?: number;
  /** How it is drawn, in a word or two; as the captions say it where they do. */
  readonly style?: string;
  /** How often it is shown beside others of weight 1. */
  readonly weight?: number;
}
