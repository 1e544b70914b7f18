/** `pathloom compare`. */
import { basename } from "node:path";
import { Command } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { compare, readSweepFile } from "../../compare/index.ts";
import { findings, LoadingBar } from "../../report/index.ts";
import { columns, say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface CompareFlags {
  readonly out?: string;
  readonly title?: string;
  readonly drawn: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom compare runs/contexts
      The page of a sweep, written anew into its folder.
  $ pathloom compare runs/small runs/large --out comparison --title "Small and large"
      Any runs: those that differ in their seed alone are one group, and what tells groups apart is
      read off their configurations.
  $ pathloom compare runs/contexts runs/wider --drawn 0
      Two sweeps, without drawings made for the comparison.

Losses are over the held-out drawings that all compared runs can hold, each after the same caption.
Writes comparison.html (one file, no requests), .md, .csv, .json and plots/.`;

export function compareCommand(): Command {
  return new Command("compare")
    .argument("<folders...>", "folders of runs and sweeps")
    .option("--out <folder>", "where the files go (default: the sweep's folder, else comparison)")
    .option("--title <text>", "title of the page")
    .option("--drawn <number>", "captions each run draws to be compared with real icons", "60")
    .option("--json", "print the comparison as one JSON object")
    .addHelpText("after", examples)
    .action(async (folders: string[], flags: CompareFlags) => {
      const [first = ""] = folders;
      const single = folders.length === 1 && readSweepFile(first) !== null;
      if (folders.length === 1 && !single) {
        throw new UsageError(`${first}: this is one run; name several, or a sweep's folder`);
      }
      const bars = new Bars();
      const { comparison, files } = await compare({
        folders,
        out: flags.out ?? (single ? first : "comparison"),
        title: flags.title ?? folders.map((folder) => basename(folder)).join(" · "),
        drawn: wholeNumber("--drawn", flags.drawn, 10_000, 0),
        notice: tell,
        onProgress: (what, done, total) => bars.show(what, done, total),
      });
      const { sheet, groups, ...rest } = comparison;
      if (flags.json) {
        const told = groups.map(({ runs, ...group }) => ({
          ...group,
          runs: runs.map(({ training, heldOut, ...run }) => run),
        }));
        return say(JSON.stringify({ ...rest, groups: told, files }));
      }
      for (const text of [...findings(comparison), ...comparison.notes]) say(`  ${text}`);
      say(
        `\n${columns([
          ["page", files.page],
          ["tables", `${files.markdown}, ${files.csv}, ${files.json}`],
        ])}`,
      );
    });
}

/** A bar for each thing that is done. */
class Bars {
  #bar: { readonly what: string; readonly shown: LoadingBar } | null = null;

  show(what: string, done: number, total: number): void {
    if (this.#bar?.what !== what) {
      this.#bar?.shown.finish();
      const runs = (count: number) => `${count} runs`;
      this.#bar = { what, shown: new LoadingBar(process.stderr, what, undefined, runs) };
    }
    this.#bar.shown.update(done, total);
    if (done >= total) this.#bar.shown.finish();
  }
}
