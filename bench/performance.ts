/**
 * Measures every shape beside PyTorch, in rounds that alternate, and writes docs/performance.md.
 *
 *   npm run bench:performance -- --python .venv            all, about 20 minutes
 *   npm run bench:performance -- --python .venv --only generation
 *   npm run bench:performance -- --python .venv --fresh    forgets what was measured before
 *   npm run bench:performance -- --python .venv --full     512 tokens for every generation: 40 minutes
 *   npm run bench:performance -- --python .venv --rounds 3 --draft   a page that says it is a draft
 *   npm run bench:performance -- --plan                    what there is to do and how long it takes
 *
 * Each measurement is a process of its own, and is kept in runs/performance for the code and the peer
 * that were measured: a run that was stopped goes on where it was, figures of older code or beside another
 * version of PyTorch are never taken, and one of a part (`--only`) measures that part alone. The page is written when nothing is missing and there
 * were at least five rounds. The machine must do nothing else.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fewestRounds } from "../src/bench/index.ts";
import { formatSeconds } from "../src/report/index.ts";
import { machineName } from "./machine.ts";
import { codeDigest, commitName } from "./performance/code.ts";
import { KeptMeasurements, type Subject } from "./performance/kept.ts";
import { measure, stopMeasuring } from "./performance/measure.ts";
import { expectedSeconds, type Measurement, measurements } from "./performance/measurements.ts";
import { type Measured, performancePage } from "./performance/page.ts";
import { peerName } from "./performance/peer.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: String(fewestRounds) },
    only: { type: "string", default: "" },
    fresh: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    draft: { type: "boolean", default: false },
    plan: { type: "boolean", default: false },
  },
});

const root = join(import.meta.dirname, "..");
const rounds = Number(values.rounds);
const code = codeDigest(root);
const machine = machineName();
const peer = namedPeer(values.python);
const kept = new KeptMeasurements(join(root, "runs", "performance"));

const all = measurements(values.full);
const wanted = all.filter((each) => nameOf(each).includes(values.only));
const failures: string[] = [];
let stopped = false;

if (!Number.isInteger(rounds) || rounds < 1) quit(`--rounds ${values.rounds}: expected 1 or more`);
if (wanted.length === 0) {
  quit(`--only ${values.only}: no name contains it; there are\n${all.map(nameOf).join("\n")}`);
}
if (values.fresh && !values.plan) for (const each of wanted) kept.forget(subjectOf(each));

tellPlan();
if (!values.plan) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  await measureAll();
  writePage();
  if (failures.length > 0) quit(`failed:\n${failures.join("\n")}`);
}

function namedPeer(python: string): string {
  try {
    return peerName(python);
  } catch (error) {
    return quit((error as Error).message);
  }
}

function missing(): Measurement[] {
  return wanted.filter((each) => kept.recall(subjectOf(each)) === null);
}

function tellPlan(): void {
  const left = missing();
  const seconds = left.reduce((sum, each) => sum + secondsOf(each), 0);
  console.log(
    `${left.length} of ${wanted.length} measurements are missing for this code and peer; about ${formatSeconds(seconds)} to go`,
  );
  for (const each of left) console.log(`  ${formatSeconds(secondsOf(each))}  ${nameOf(each)}`);
  if (rounds >= fewestRounds || values.draft) return;
  console.log(`docs/performance.md stays: ${tooFewRounds()}`);
}

async function measureAll(): Promise<void> {
  for (const [i, each] of wanted.entries()) {
    const label = `[${i + 1}/${wanted.length}] ${nameOf(each)}`;
    const before = kept.recall(subjectOf(each));
    if (before === null) await measureOne(each, label);
    else console.log(`${label}: ${ratioText(each, before.result.ratio)} (measured before)`);
    if (stopped) quit("stopped; what was measured is kept: the same command goes on", 130);
  }
}

/** A failure is told and the others are measured, unless it is the first: then all would fail. */
async function measureOne(each: Measurement, label: string): Promise<void> {
  const subject = subjectOf(each);
  const started = performance.now();
  try {
    const { python } = values;
    const expected = secondsOf(each);
    const { args } = subject;
    const result = await measure({ root, args, python, label, expectedSeconds: expected });
    if (codeDigest(root) !== code) throw new Error("dist was built anew meanwhile; run this again");
    const seconds = (performance.now() - started) / 1000;
    const date = new Date().toISOString().slice(0, 10);
    kept.keep(subject, { commit: commitName(root), date, seconds, result });
    console.log(`${label}: ${ratioText(each, result.ratio)} (${formatSeconds(seconds)})`);
  } catch (error) {
    if (stopped) return;
    const failure = `${nameOf(each)}: ${(error as Error).message}`;
    if (missing().length === wanted.length) quit(failure);
    console.log(`${label}: failed`);
    failures.push(failure);
  }
}

function writePage(): void {
  const measured = all.flatMap((each): Measured[] => {
    const found = kept.recall(subjectOf(each));
    return found === null ? [] : [{ ...each, ...found }];
  });
  if (measured.length < all.length) {
    console.log(`${measured.length} of ${all.length} are measured; docs/performance.md stays`);
  } else if (rounds < fewestRounds && !values.draft) {
    console.log(`docs/performance.md stays: ${tooFewRounds()}`);
  } else {
    const tried = readFileSync(join(root, "scripts", "performance", "tried.md"), "utf8");
    const page = performancePage({ measured, machine, tried });
    writeFileSync(join(root, "docs", "performance.md"), page);
    console.log("wrote docs/performance.md");
  }
}

function tooFewRounds(): string {
  return `--rounds ${rounds} is fewer than the ${fewestRounds} that its figures need; --draft writes it as a draft`;
}

function nameOf({ title, threads }: Measurement): string {
  return `${title}, ${threads === 1 ? "1 thread" : `${threads} threads`}`;
}

function ratioText(each: Measurement, ratio: number): string {
  return `${ratio.toFixed(2)} times the peer, wanted ${each.ratio}`;
}

function subjectOf({ args, threads }: Measurement): Subject {
  const how = ["--engine", "onnx", "--threads", String(threads), "--rounds", String(rounds)];
  return { args: [...args, ...how], code, machine, peer };
}

function secondsOf(each: Measurement): number {
  return kept.secondsBefore(subjectOf(each)) ?? expectedSeconds(each, rounds);
}

function stop(): void {
  stopped = true;
  stopMeasuring();
}

function quit(text: string, status = 1): never {
  console.error(text);
  process.exit(status);
}
