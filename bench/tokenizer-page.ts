/**
 * Writes docs/tokenizer.md and its picture from the installed sets: `npm run report:tokenizer`. Takes
 * half an hour, most of it for the drawings from random logits.
 *
 * What is timed wants a machine that does nothing else, so figures may be taken from files of what
 * these programs printed with --json: `--speed` of bench/tokenizer.ts, `--masks` of bench/mask-speed.ts,
 * `--samples` of bench/tokenizer-page/random-logits.ts.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gpt2TokenizerJson } from "../tests/sets/gpt2.ts";
import { iconSets, readIcons, versionOf } from "../tests/sets/icon-sets.ts";
import type { Tally } from "../tests/tokenizer/random-drawings.ts";
import { machineName } from "./measuring/machine.ts";
import { jsonLines, root } from "./measuring/program.ts";
import { measureAccepted } from "./tokenizer-page/accepted.ts";
import { createCounters } from "./tokenizer-page/counters.ts";
import type { MaskFigures } from "./tokenizer-page/decoding-section.ts";
import { measureSet } from "./tokenizer-page/measure.ts";
import { measureMerges } from "./tokenizer-page/merged-runs.ts";
import { reportPage, type SpeedFigures } from "./tokenizer-page/page.ts";
import { type WorstRow, worstSheet } from "./tokenizer-page/worst-sheet.ts";

const { values: files } = parseArgs({
  options: { speed: { type: "string" }, masks: { type: "string" }, samples: { type: "string" } },
});

/** Drawings shown of each set and grid. */
const shown = 2;
const shownGrids: readonly number[] = [96, 200];

const docs = join(root, "docs");
const counters = createCounters(gpt2TokenizerJson());
const measured = iconSets.map((set) => {
  const icons = readIcons(set);
  const merges = measureMerges(icons);
  const figures = measureSet(set.name, icons, counters);
  const texts = new Map(icons.map(({ file, svg }) => [file, svg]));
  const cells = figures.pixels
    .filter(({ grid }) => shownGrids.includes(grid))
    .flatMap(({ grid, worst }) =>
      worst
        .slice(0, shown)
        .map(({ file, error }) => ({ file, error, grid, svg: texts.get(file)! })),
    );
  const accepted = { set: set.name, files: icons.length, figures: measureAccepted(icons) };
  console.log(`${set.name}: ${figures.files} files measured`);
  return { figures, merges, accepted, row: { set: set.name, cells } satisfies WorstRow };
});

const images = join(docs, "images/tokenizer");
mkdirSync(images, { recursive: true });
writeFileSync(join(images, "worst.png"), worstSheet(measured.map(({ row }) => row)));

const packages = new Set(iconSets.map((set) => `${set.package} ${versionOf(set)}`));
const page = reportPage({
  sets: measured.map(({ figures }) => figures),
  merges: measured.map(({ merges }) => merges),
  packages: [...packages],
  speed: await jsonLines<SpeedFigures>("bench/tokenizer.ts", files.speed),
  decoding: {
    accepted: measured.map(({ accepted }) => accepted),
    samples: await jsonLines<Tally & { readonly name: string }>(
      "bench/tokenizer-page/random-logits.ts",
      files.samples,
    ),
    masks: await jsonLines<MaskFigures>("bench/mask-speed.ts", files.masks),
  },
  machine: machineName(),
});
writeFileSync(join(docs, "tokenizer.md"), page);
