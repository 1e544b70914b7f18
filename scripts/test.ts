/**
 * Runs the uvu suites: every `tests/**\/*.test.ts`, each in a process of its own, one per core.
 *
 *   npm test                     everything
 *   npm test -- models svg/path  the files whose path contains one of the words
 *   npm test -- --durations      everything, and notes how long each file takes
 *
 * The longest files begin first, by scripts/testing/durations.json.
 * The files are bundled first, as scripts/testing/bundle.ts tells; one alone also runs from its source:
 * `node --import tsx tests/svg/canonicalise.test.ts`.
 * Lines of a suite that begin with SKIPPED or REPORT are shown under its file.
 * Ends with the plain line `N passed, N failed, N skipped`.
 */
import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { bundleTests } from "./testing/bundle.ts";
import { keepDurations, longestFirst } from "./testing/durations.ts";
import { noticesIn } from "./testing/notices.ts";

interface Outcome {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly output: string;
}

const root = join(import.meta.dirname, "..");
const notes = process.argv.includes("--durations");
const words = process.argv.slice(2).filter((word) => word !== "--durations");
const all = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" });
const files = longestFirst(
  all
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word))),
);
/** What tests start in processes of their own (tests/testing/started.ts). */
const programs = [
  ...all.filter((file) => /-(child|worker)\.ts$/.test(file)).map((file) => join("tests", file)),
  ...["build-tensorflow.ts", "fetch-xla.ts"].map((file) => join("scripts", file)),
  ...["evaluate", "generate", "gradient", "lora", "train", "browser/build"].map((name) =>
    join("examples", `${name}.ts`),
  ),
];

if (files.length === 0) {
  console.error(`no test file matches: ${words.join(", ")}`);
  process.exit(1);
}

/** Sums the figures that the suites of a file print under a label of their summary. */
function count(output: string, label: string): number {
  const totals = [...output.matchAll(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "gm"))];
  return totals.reduce((sum, match) => sum + Number(match[1]), 0);
}

function runFile({ file, bundle }: TestFile): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--expose-gc", "--enable-source-maps", bundle], {
    cwd: root,
    env: {
      ...process.env,
      FORCE_COLOR: "0",
      NODE_ENV: "test",
      // As many files run at once as there are cores. Threads of the runtime wait for work by spinning.
      PATHLOOM_THREADS: process.env.PATHLOOM_THREADS ?? "1",
      // `npm test` has just built the program.
      PATHLOOM_BUILT: "1",
      // Each test would measure beside the others, in a folder of its own.
      PATHLOOM_TUNING: "fixed",
      PATHLOOM_TEST_PROGRAMS: folder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const total = count(output, "Total");
      // A test that skips itself returns early, and uvu takes it for passed.
      const early = count(output, "Skipped inside");
      const ran = count(output, "Passed");
      const passed = ran - early;
      const skipped = count(output, "Skipped") + early + count(output, "Skipped outside");
      const counted = Math.max(0, total - ran);
      const silent = total + skipped === 0;
      const failed = code === 0 && !silent ? counted : Math.max(1, counted);
      const seconds = (performance.now() - started) / 1000;
      resolve({ file, passed, failed, skipped, seconds, output });
    });
  });
}

interface TestFile {
  readonly file: string;
  readonly bundle: string;
}

// Other runs at the same time have folders of their own.
const folder = join(root, ".tests", String(process.pid));
const sources = [...files.map((file) => join("tests", file)), ...programs];
const bundles = await bundleTests(root, sources, folder);
const queue: TestFile[] = files.map((file, i) => ({ file, bundle: bundles[i] ?? "" }));
const outcomes: Outcome[] = [];

async function worker(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const outcome = await runFile(next);
    outcomes.push(outcome);
    const mark = outcome.failed > 0 ? "FAIL" : "ok  ";
    const counts = `${outcome.passed} passed${outcome.skipped ? `, ${outcome.skipped} skipped` : ""}`;
    console.log(`${mark} ${outcome.file}  ${counts}  ${outcome.seconds.toFixed(1)} s`);
    for (const notice of noticesIn(outcome.output)) console.log(`     ${notice}`);
    if (outcome.failed > 0) console.log(outcome.output.replace(/^/gm, "     "));
  }
}

try {
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
} finally {
  // Coverage reads them afterwards.
  if (process.env.NODE_V8_COVERAGE === undefined) rmSync(folder, { recursive: true, force: true });
}

if (notes && words.length === 0) keepDurations(outcomes);
const sum = (key: "passed" | "failed" | "skipped") =>
  outcomes.reduce((total, outcome) => total + outcome[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exit(sum("failed") > 0 ? 1 : 0);
