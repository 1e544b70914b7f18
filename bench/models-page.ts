/**
 * Measures what models of common sizes take to train and to generate with, scores trained ones by the
 * form of their weights, and writes those parts of docs/models.md.
 *
 *   npm run report:models                        all, about seven minutes; needs 8 GB of memory
 *   npm run report:models -- --only llama-1b     a part; the page is written when nothing is missing
 *   npm run report:models -- --only losses       the scores alone, half a minute
 *   npm run report:models -- --run runs/mine     scores that run; runs/quickstart unless given; repeatable
 *   npm run report:models -- --fresh             forgets what was measured before
 *   npm run report:models -- --busy              says on the page that the machine had other work
 *
 * What was measured is kept in runs/models-page.json: a run that was stopped goes on where it was. Scores
 * are made anew each time, of runs that have ended: `npm run quickstart` makes the first.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { formatBytes } from "../src/report/index.ts";
import { lossSection, scoreRun } from "./models-page/losses.ts";
import { type Kept, keptFile, measure, nameOf } from "./models-page/measure.ts";
import { type Measurement, measurements } from "./models-page/measurements.ts";
import { measuredSection, withSection } from "./models-page/section.ts";

const root = join(import.meta.dirname, "..");
const file = join(root, "runs", "models-page.json");
const page = join(root, "docs", "models.md");

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    run: { type: "string", multiple: true, default: ["runs/quickstart"] },
    fresh: { type: "boolean", default: false },
    busy: { type: "boolean", default: false },
  },
});

if (values.only !== "losses") writeMeasured();
if (values.only === "" || values.only === "losses") writeLosses(values.run);

function writeMeasured(): void {
  const all = measurements();
  const kept = measureAll(all.filter((each) => nameOf(each).includes(values.only)));
  const measured = all.flatMap((each) => {
    const found = kept[nameOf(each)];
    return found === undefined ? [] : [{ ...each, ...found }];
  });
  if (measured.length === all.length) write("measured", measuredSection(measured, values.busy));
  else console.log(`${measured.length} of ${all.length} are measured; docs/models.md stays`);
}

function measureAll(wanted: readonly Measurement[]): Record<string, Kept> {
  const kept = existsSync(file) ? keptFile.parse(JSON.parse(readFileSync(file, "utf8"))) : {};
  if (values.fresh) for (const each of wanted) delete kept[nameOf(each)];
  mkdirSync(dirname(file), { recursive: true });
  for (const [i, each] of wanted.entries()) {
    const name = nameOf(each);
    process.stdout.write(`[${i + 1}/${wanted.length}] ${name} … `);
    const before = kept[name];
    const started = performance.now();
    const found = before ?? measure(each);
    kept[name] = found;
    writeFileSync(file, JSON.stringify(kept));
    const took = before
      ? "measured before"
      : `${((performance.now() - started) / 1000).toFixed(0)} s`;
    const { tokensPerSecond, peakMemoryBytes } = found.result;
    const planned = formatBytes(each.planned);
    console.log(
      `${tokensPerSecond.toFixed(1)} tokens/s, ${formatBytes(peakMemoryBytes)}, planned ${planned} (${took})`,
    );
  }
  return kept;
}

function writeLosses(runs: readonly string[]): void {
  const missing = runs.find((run) => !existsSync(join(run, "summary.json")));
  if (missing !== undefined) {
    console.log(`${missing}: no run that has ended (npm run quickstart); the losses stay`);
    return;
  }
  write("losses", lossSection(runs.map(scoreRun)));
}

function write(name: string, section: string): void {
  writeFileSync(page, withSection(readFileSync(page, "utf8"), name, section));
  console.log(`wrote the part "${name}" of docs/models.md`);
}
