/** `pathloom prepare`. */
import { Command } from "commander";
import type { Override } from "../../config/index.ts";
import { formatBytes, formatCount, LoadingBar } from "../../report/index.ts";
import { type PreparedSummary, prepareDrawings, requestedConfig } from "../../runs/index.ts";
import { say } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface PrepareFlags {
  readonly config?: string;
  readonly to: string;
  readonly threads?: number;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom prepare --config icons --to sets/icons
      The drawings of the recipe, tokenized: shards, a manifest, and statistics.html to look at.
  $ pathloom train --config icons --data.source sets/icons
      Trains on it: the same recipe, starting in seconds.
  $ pathloom prepare --to sets/mmsvg --data.source hf:OmniSVG/MMSVG-Icon --data.maxTokens 2048
      A data set of the Hub; train it at any context up to 2,048.

Sources are read row by row, drawings prepared on all cores. One that was killed goes on by the same
command, and ends in the same bytes. docs/data.md has the sources, docs/prepare.md the set.`;

export function prepareCommand(overrides: readonly Override[]): Command {
  return new Command("prepare")
    .option("-c, --config <file>", "the recipe: a YAML file, or a name of `pathloom recipes`")
    .requiredOption("--to <folder>", "where the set goes: a new folder, or one that was begun")
    .option("--threads <number>", "threads to work in (default: the machine's cores)", (text) =>
      wholeNumber("--threads", text, 256),
    )
    .option("--json", "print one JSON object for machines")
    .option("--section.key <value>", "override a key of the configuration, as --data.heldOut 0.1")
    .addHelpText("after", examples)
    .action(async ({ config, to, threads, json }: PrepareFlags) => {
      let bar: { readonly what: string; readonly shown: LoadingBar } | null = null;
      const onProgress = (what: string, done: number, total: number) => {
        if (bar?.what !== what) {
          bar?.shown.finish();
          bar = { what, shown: new LoadingBar(process.stderr, what, undefined, formatCount) };
        }
        bar.shown.update(done, total);
      };
      const prepared = await prepareDrawings({
        config: requestedConfig(config, overrides),
        folder: to,
        ...(threads === undefined ? {} : { threads }),
        onProgress,
      }).finally(() => bar?.shown.finish());
      say(json ? JSON.stringify(figuresOf(prepared)) : textOf(prepared));
    });
}

function figuresOf({ folder, manifest, page, wasThere }: PreparedSummary) {
  const { rows, duplicates, train, heldOut, sets, shards, maxTokens } = manifest;
  const both = (key: "tooLong" | "refused" | "filtered") => train[key] + heldOut[key];
  return {
    folder,
    page,
    wasThere,
    rows,
    duplicates,
    maxTokens,
    train: train.samples,
    heldOut: heldOut.samples,
    notReadable: sets.reduce((sum, { bad, filtered }) => sum + bad - filtered, 0),
    filtered: sets.reduce((sum, set) => sum + set.filtered, both("filtered")),
    notInVocabulary: both("refused"),
    tooLong: both("tooLong"),
    tokens: shards.reduce((sum, { tokens }) => sum + tokens, 0),
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function textOf(prepared: PreparedSummary): string {
  const figures = figuresOf(prepared);
  const { folder, page, rows, duplicates, notReadable, filtered } = figures;
  const { notInVocabulary, tooLong } = figures;
  const lines = [
    `${folder}${prepared.wasThere ? "  was prepared before" : ""}`,
    `  ${formatCount(figures.train)} drawings to train on, ${formatCount(figures.heldOut)} held out, ${formatCount(figures.tokens)} tokens in ${formatBytes(figures.bytes)}`,
    `  of ${formatCount(rows)} rows ${formatCount(duplicates)} repeat a drawing, ${formatCount(notReadable)} cannot be read, ${formatCount(filtered)} are left out by data.filters, ${formatCount(notInVocabulary)} are not in the vocabulary, ${formatCount(tooLong)} longer than ${formatCount(figures.maxTokens)} tokens`,
    `  ${page}`,
  ];
  return lines.join("\n");
}
