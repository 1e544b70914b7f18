/**
 * Measures what models of common sizes take to train and to generate with, and writes that part of
 * docs/models.md.
 *
 *   npm run report:models                        all, about six minutes; needs 8 GB of memory
 *   npm run report:models -- --only llama-1b     a part; the page is written when nothing is missing
 *   npm run report:models -- --fresh             forgets what was measured before
 *   npm run report:models -- --busy              says on the page that the machine had other work
 *
 * What was measured is kept in runs/models-page.json: a run that was stopped goes on where it was.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { formatBytes } from "../src/report/index.ts";
import { keptFile, measure, nameOf } from "./models-page/measure.ts";
import { measurements } from "./models-page/measurements.ts";
import { measuredSection, withSection } from "./models-page/section.ts";

const root = join(import.meta.dirname, "..");
const file = join(root, "runs", "models-page.json");
const page = join(root, "docs", "models.md");

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    fresh: { type: "boolean", default: false },
    busy: { type: "boolean", default: false },
  },
});

const all = measurements();
const wanted = all.filter((each) => nameOf(each).includes(values.only));
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

const measured = all.flatMap((each) => {
  const found = kept[nameOf(each)];
  return found === undefined ? [] : [{ ...each, ...found }];
});
if (measured.length < all.length) {
  console.log(`${measured.length} of ${all.length} are measured; docs/models.md stays`);
} else {
  const text = readFileSync(page, "utf8");
  writeFileSync(page, withSection(text, measuredSection(measured, values.busy)));
  console.log("wrote docs/models.md");
}
