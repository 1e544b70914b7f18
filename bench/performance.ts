/**
 * Measures every shape beside PyTorch, in rounds that alternate, and writes docs/performance.md.
 *
 *   npm run bench:performance -- --python .venv            all, about 20 minutes
 *   npm run bench:performance -- --python .venv --only generation
 *   npm run bench:performance -- --python .venv --fresh    forgets what was measured before
 *   npm run bench:performance -- --python .venv --full     512 tokens for every generation: 40 minutes
 *   npm run bench:performance -- --python .venv --rounds 3 --draft   a page that says it is a draft
 *   npm run bench:performance -- --python .venv --engines openvino,xla   other engines, about 20 minutes
 *   npm run bench:performance -- --plan                    what there is to do and how long it takes
 *
 * Each measurement is a process of its own, and is kept in runs/performance for the code and the peer
 * that were measured: a run that was stopped goes on where it was, figures of older code or beside another
 * version of PyTorch are never taken, and one of a part (`--only`) measures that part alone. The page is written when nothing is missing and there
 * were at least five rounds; of other engines its part about them alone. The machine must do nothing else.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fewestRounds } from "../src/bench/index.ts";
import { formatSeconds } from "../src/report/index.ts";
import { codeDigest } from "./measuring/code.ts";
import { KeptMeasurements } from "./measuring/kept.ts";
import { machineName } from "./measuring/machine.ts";
import { measureAll, type Task } from "./measuring/measure-all.ts";
import { withSection } from "./measuring/page.ts";
import { root } from "./measuring/program.ts";
import { expectedSeconds, type Measurement, measurements } from "./performance/measurements.ts";
import {
  type EngineMeasurement,
  engineMeasurements,
  enginesSection,
  type MeasuredEngine,
  otherEngines,
} from "./performance/other-engines.ts";
import { enginesMark, type Measured, performancePage } from "./performance/page.ts";
import { peerName } from "./performance/peer.ts";
import { type Result, resultSchema } from "./performance/result.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: String(fewestRounds) },
    only: { type: "string", default: "" },
    fresh: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    draft: { type: "boolean", default: false },
    plan: { type: "boolean", default: false },
    engines: { type: "string" },
  },
});

const rounds = Number(values.rounds);
const code = codeDigest(root);
const machine = machineName();
const page = join(root, "docs", "performance.md");
const part = (name: string): string => join(root, "bench", "performance", `${name}.md`);
const kept = new KeptMeasurements(join(root, "runs", "performance"), resultSchema);

try {
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds ${values.rounds}: expected 1 or more`);
  }
  const peer = peerName(values.python);
  const { engines } = values;
  if (engines !== undefined) await measureOthers(engines, peer);
  else await measurePage(peer);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function measurePage(peer: string): Promise<void> {
  const all = measurements(values.full).map((each) => ({ ...each, ...taskOf(each, peer) }));
  await measure(all, () => writePage(all));
}

async function measureOthers(list: string, peer: string): Promise<void> {
  const names = list.split(",").map((name) => {
    const known = otherEngines.find((each) => each === name);
    if (known !== undefined) return known;
    throw new Error(`--engines ${name}: there are ${otherEngines.join(", ")}`);
  });
  const all = engineMeasurements(names).map((each) => ({ ...each, ...taskOf(each, peer, each) }));
  await measure(all, () => writeOthers(all));
}

async function measure(all: readonly Planned[], write: () => void): Promise<void> {
  const wanted = all.filter(({ name }) => name.includes(values.only));
  if (wanted.length === 0) {
    const names = all.map(({ name }) => name).join("\n");
    throw new Error(`--only ${values.only}: no name contains it; there are\n${names}`);
  }
  if (values.fresh && !values.plan) for (const { subject } of wanted) kept.forget(subject);
  tellPlan(wanted);
  if (values.plan) return;
  const failures = await measureAll(wanted, kept, resultSchema);
  write();
  if (failures.length > 0) throw new Error(`failed:\n${failures.join("\n")}`);
}

type Planned = Task<Result> & { readonly expectedSeconds: number };

/** @param other which engine computes, and in what; `onnx` in float32 unless given. */
function taskOf(each: Measurement, peer: string, other?: EngineMeasurement): Planned {
  const { title, threads, ratio } = each;
  const engine = other?.engine ?? "onnx";
  const how = ["--engine", engine, "--threads", String(threads), "--rounds", String(rounds)];
  const args = [...each.args, ...how];
  const subject = { args, code, machine, peer };
  const what = other === undefined ? "" : `, ${engine} in ${other.precision}`;
  return {
    name: `${title}${what}, ${threads === 1 ? "1 thread" : `${threads} threads`}`,
    subject,
    args: ["bench", ...args, "--peer", "python", "--python", values.python, "--json"],
    expectedSeconds: kept.secondsBefore(subject) ?? expectedSeconds(each, rounds),
    tell: (result) => `${result.ratio.toFixed(2)} times the peer, wanted ${ratio}`,
  };
}

function tellPlan(wanted: readonly Planned[]): void {
  const left = wanted.filter(({ subject }) => kept.recall(subject) === null);
  const seconds = left.reduce((sum, each) => sum + each.expectedSeconds, 0);
  console.log(
    `${left.length} of ${wanted.length} measurements are missing for this code and peer; about ${formatSeconds(seconds)} to go`,
  );
  for (const each of left) console.log(`  ${formatSeconds(each.expectedSeconds)}  ${each.name}`);
  if (rounds < fewestRounds && !values.draft) console.log(tooFewRounds());
}

function writePage(all: readonly (Measurement & Task<Result>)[]): void {
  const measured = all.flatMap((each): Measured[] => {
    const found = kept.recall(each.subject);
    return found === null ? [] : [{ ...each, ...found }];
  });
  if (measured.length < all.length) {
    console.log(`${measured.length} of ${all.length} are measured; docs/performance.md stays`);
  } else if (rounds < fewestRounds && !values.draft) {
    console.log(tooFewRounds());
  } else {
    const [tried, engines] = [
      readFileSync(part("tried"), "utf8"),
      readFileSync(part("engines"), "utf8"),
    ];
    writeFileSync(page, performancePage({ measured, machine, engines, tried }));
    console.log("wrote docs/performance.md");
  }
}

/** The part of the page, which the next whole page takes over. */
function writeOthers(all: readonly (EngineMeasurement & Planned)[]): void {
  const measured = all.flatMap((each): MeasuredEngine[] => {
    const found = kept.recall(each.subject);
    return found === null ? [] : [{ ...each, ...found }];
  });
  if (measured.length === 0 || (rounds < fewestRounds && !values.draft)) {
    console.log(tooFewRounds());
    return;
  }
  const section = enginesSection(measured, machine);
  writeFileSync(part("engines"), `${section}\n`);
  writeFileSync(page, withSection(readFileSync(page, "utf8"), enginesMark, section));
  console.log("wrote the part about other engines of docs/performance.md");
}

function tooFewRounds(): string {
  return `docs/performance.md stays: --rounds ${rounds} is fewer than the ${fewestRounds} that its figures need; --draft writes it as a draft`;
}
