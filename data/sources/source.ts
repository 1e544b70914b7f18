/** Where drawings come from: a source yields rows and tells of those that it cannot read. */
import { PathloomError } from "../../errors/index.ts";
import type { FilterName } from "../filters/options.ts";

/** A drawing as it was found. */
export interface SourceRow {
  /** Unique in its source: a file name without the ending, or the line of a JSONL file. */
  readonly id: string;
  /** Where it was found, as `icons/house.svg` or `data.jsonl:12`. */
  readonly place: string;
  /** At least one; the first says it plainest. */
  readonly captions: readonly string[];
  /** How often each caption is shown beside the others; all alike where it is left out. */
  readonly shares?: readonly number[];
  readonly svg: string;
  /** Of a table of preferences: the drawing that was liked less. */
  readonly rejected?: string;
  /** Of a table of edits: the drawing before it was changed as a caption says. */
  readonly before?: string;
  /** How it is drawn, in a word or two, as `outline`; undefined where the set does not say. */
  readonly style?: string;
  /** All that is known of it: names, tags and categories, also those that no caption took up. */
  readonly words?: readonly string[];
}

/** A row that was left out. */
export interface BadRow {
  readonly place: string;
  /** What is wrong, in a few words. */
  readonly reason: string;
  /** The filter that it did not pass; undefined where it could not be read. */
  readonly filter?: FilterName;
  /** What is so of this one alone: a figure, or the name of what it is like. */
  readonly detail?: string;
}

/** What a data card says of a set. */
export interface SetFacts {
  /** An npm package's name, or the path. */
  readonly origin: string;
  /** The package's version; null for what has none. */
  readonly version: string | null;
  /** SPDX identifier or the words of the set; null where nothing is said. */
  readonly licence: string | null;
  /** Of the text of the licence, or the set's home; null where unknown. */
  readonly url: string | null;
  /** Packages that the captions come from besides, with their versions. */
  readonly captionsFrom?: readonly string[];
}

/** At once, or as they come: `for await` reads both. */
export type Rows = Iterable<SourceRow> | AsyncIterable<SourceRow>;

export interface Source {
  /** As the configuration names it. */
  readonly name: string;
  /** Undefined for a source made by hand. */
  readonly facts?: SetFacts;
  /**
   * Every readable row, always in the same order; few are held at a time.
   * @param onBad is told of each row that is left out.
   */
  rows(onBad: (bad: BadRow) => void): Rows;
}

/** A source that cannot be read at all, or that holds nothing. */
export class SourceError extends PathloomError {
  override readonly name: string = "SourceError";
  override readonly code: string = "ERR_SOURCE";
}
