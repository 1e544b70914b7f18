/** The speed figures of the report, as `bench/tokenizer.ts` prints them for machines. */
export interface SpeedFigures {
  readonly set: string;
  readonly contestants: readonly {
    readonly name: string;
    /** Megabytes of SVG text in a second of CPU time: the median round, the slowest, the fastest. */
    readonly median: number;
    readonly slowest: number;
    readonly fastest: number;
    /** How many times its rate ours is, the median of the rounds. */
    readonly ratio: number;
  }[];
}
