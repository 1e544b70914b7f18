/**
 * Measures what models of common sizes take to train and to generate with, scores trained ones by the
 * form of their weights, and writes those parts of docs/models.md.
 *
 *   npm run report:models                        all, about seven minutes; needs 8 GB of memory
 *   npm run report:models -- --only llama-1b     a part; the page is written when nothing is missing
 *   npm run report:models -- --only losses       the scores alone, half a minute
 *   npm run report:models -- --run runs/mine     scores that run; runs/quickstart unless given; repeatable
 *   npm run report:models -- --fresh             forgets what was measured before
 *
 * What was measured is kept in runs/models-page for the code that was measured: a run that was stopped goes on where it was. Scores
 * are made anew each time, of runs that have ended: `npm run quickstart` makes the first.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatBytes } from "../src/report/index.ts";
import { codeDigest } from "./measuring/code.ts";
import { KeptMeasurements } from "./measuring/kept.ts";
import { machineName } from "./measuring/machine.ts";
import { measureAll, type Task } from "./measuring/measure-all.ts";
import { withSection } from "./measuring/page.ts";
import { root } from "./measuring/program.ts";
import { lossSection, type Scored, scoreRun } from "./models-page/losses.ts";
import {
  type Measurement,
  measurements,
  type Result,
  resultSchema,
} from "./models-page/measurements.ts";
import { measuredSection } from "./models-page/section.ts";

const page = join(root, "docs", "models.md");

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    run: { type: "string", multiple: true, default: ["runs/quickstart"] },
    fresh: { type: "boolean", default: false },
  },
});

if (values.only !== "losses") await writeMeasured();
if (values.only === "" || values.only === "losses") await writeLosses(values.run);

async function writeMeasured(): Promise<void> {
  const kept = new KeptMeasurements(join(root, "runs", "models-page"), resultSchema);
  const all = measurements().map((each) => ({ ...each, ...taskOf(each) }));
  const wanted = all.filter(({ name }) => name.includes(values.only));
  if (values.fresh) for (const { subject } of wanted) kept.forget(subject);
  const failures = await measureAll(wanted, kept, resultSchema);
  const measured = all.flatMap((each) => {
    const found = kept.recall(each.subject);
    return found === null ? [] : [{ ...each, ...found }];
  });
  for (const failure of failures) console.error(failure);
  if (measured.length === all.length) write("measured", measuredSection(measured));
  else console.log(`${measured.length} of ${all.length} are measured; docs/models.md stays`);
}

function taskOf({ args, planned }: Measurement): Task<Result> {
  const rounds = ["--engine", "onnx", "--rounds", "2", "--seconds", "1", "--json"];
  return {
    name: args.join(" "),
    subject: { args, code: codeDigest(root), machine: machineName(), peer: "" },
    args: ["bench", ...args, ...rounds],
    tell: ({ tokensPerSecond, peakMemoryBytes }) =>
      `${tokensPerSecond.toFixed(1)} tokens/s, ${formatBytes(peakMemoryBytes)}, planned ${formatBytes(planned)}`,
  };
}

async function writeLosses(runs: readonly string[]): Promise<void> {
  const missing = runs.find((run) => !existsSync(join(run, "summary.json")));
  if (missing !== undefined) {
    console.log(`${missing}: no run that has ended (npm run quickstart); the losses stay`);
    return;
  }
  const scored: Scored[] = [];
  for (const run of runs) scored.push(await scoreRun(run));
  write("losses", lossSection(scored));
}

function write(name: string, section: string): void {
  writeFileSync(page, withSection(readFileSync(page, "utf8"), name, section));
  console.log(`wrote the part "${name}" of docs/models.md`);
}
