/** The speed figures of the report, as `bench/tokenizer.ts` prints them for machines. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

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

/** @throws Error with what the bench said, when it fails. */
export function measureSpeed(): SpeedFigures[] {
  const bench = join(import.meta.dirname, "../../bench/tokenizer.ts");
  const node = spawnSync(process.execPath, ["--import", "tsx", bench, "--json"], {
    encoding: "utf8",
  });
  if (node.status !== 0) throw new Error(`bench/tokenizer.ts failed: ${node.stderr}`);
  const lines = node.stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as SpeedFigures);
}
