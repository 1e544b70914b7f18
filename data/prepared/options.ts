/** What a set is prepared from, and how. */
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import type { AugmentOptions } from "../corpus/augment.ts";
import type { CorpusSource } from "../corpus/corpus.ts";
import type { FontAt } from "../corpus/font-parser.ts";
import type { MadeSamples } from "../dataset/tokenize.ts";
import type { CaptionScorer } from "../filters/caption-score.ts";
import type { FilterOptions } from "../filters/options.ts";
import type { Manifest } from "./manifest.ts";

export interface PrepareOptions {
  readonly folder: string;
  readonly sources: readonly CorpusSource[];
  /** Of all that decides what the set holds. */
  readonly digest: string;
  readonly config: Manifest["config"];
  readonly canonical: CanonicalOptions;
  readonly heldOut: number;
  readonly splitNames: boolean;
  readonly styleWords: number | null;
  readonly strokeWidth: number | null;
  readonly limit: number | null;
  readonly maxTokens: number;
  /** Each drawing with its captions, for text to SVG, where they are left out. */
  readonly made?: MadeSamples;
  readonly augment: AugmentOptions;
  readonly filters: FilterOptions;
  /** Text is set in these; left out and counted without. */
  readonly fonts?: readonly FontAt[];
  /** Of `filters.clipScore`: who scores. */
  readonly scorer?: CaptionScorer;
  /** Starts the tokenizer. @param texts of the first training drawings, for a vocabulary of its own. */
  readonly makeTokenizer: (texts: () => LearntTexts) => SvgTokenizer;
  readonly threads: number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface LearntTexts {
  readonly captions: readonly string[];
  readonly drawings: readonly Drawing[];
}
