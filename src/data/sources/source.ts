/** Where drawings come from: a source yields rows and tells of those that it cannot read. */

/** A drawing as it was found. */
export interface SourceRow {
  /** Unique in its source: a file name without the ending, or the line of a JSONL file. */
  readonly id: string;
  /** Where it was found, as `icons/house.svg` or `data.jsonl:12`. */
  readonly place: string;
  /** At least one; the first says it plainest. */
  readonly captions: readonly string[];
  readonly svg: string;
}

/** A row that was left out. */
export interface BadRow {
  readonly place: string;
  /** What is wrong, in a few words. */
  readonly reason: string;
}

export interface Source {
  /** As the configuration names it. */
  readonly name: string;
  /**
   * Every readable row, always in the same order.
   * @param onBad is told of each row that is left out.
   */
  rows(onBad: (bad: BadRow) => void): Iterable<SourceRow>;
}

/** A source that cannot be read at all, or that holds nothing. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}
