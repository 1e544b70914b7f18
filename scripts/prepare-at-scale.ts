/**
 * Proves `pathloom prepare` on many drawings: prepares a synthetic set whole, then again killed three
 * times by SIGKILL at random, and compares every byte; prints the peak of memory, the speed, and how soon
 * `train` takes its first step on the set. `npm run test:scale -- --drawings 200000 --seed 1`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import seedrandom from "seedrandom";

const { values } = parseArgs({
  options: {
    drawings: { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
    kills: { type: "string", default: "3" },
    /** Overrides of the configuration, as `--data.filters.nearDuplicates drop`, in one text. */
    more: { type: "string", default: "" },
  },
});
const drawings = Number(values.drawings);
const kills = Number(values.kills);
const more = values.more.split(" ").filter((word) => word !== "");
const program = join(import.meta.dirname, "../dist/src/cli/main.js");
const peaks = join(import.meta.dirname, "testing/peak-memory.mjs");
const root = mkdtempSync(join(tmpdir(), "pathloom-scale-"));
const source = join(root, "drawings.jsonl");
const random = seedrandom(`scale/${values.seed}`);

const nouns =
  "house tree cloud star moon sun car boat bird fish key lock bell cup book pen lamp door road hill".split(
    " ",
  );
const kinds = "small round thin bold old new open closed left right upper lower double plain".split(
  " ",
);

/** Icon-like: two to seven shapes on 24 units, strokes and fills, lines, curves and arcs. */
function drawing(next: () => number): { caption: string; svg: string } {
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)]!;
  const at = () => (Math.round(next() * 44) / 2 + 1).toString();
  const shapes = Array.from({ length: 2 + Math.floor(next() * 6) }, () => {
    const kind = next();
    if (kind < 0.15) return `<circle cx="${at()}" cy="${at()}" r="${1 + Math.floor(next() * 5)}"/>`;
    if (kind < 0.3) {
      return `<rect x="${at()}" y="${at()}" width="${2 + Math.floor(next() * 9)}" height="${2 + Math.floor(next() * 9)}" rx="1"/>`;
    }
    const parts = Array.from({ length: 1 + Math.floor(next() * 5) }, () => {
      const part = next();
      if (part < 0.5) return `L${at()} ${at()}`;
      if (part < 0.8) return `C${at()} ${at()} ${at()} ${at()} ${at()} ${at()}`;
      return `A3 3 0 0 ${next() < 0.5 ? 0 : 1} ${at()} ${at()}`;
    });
    return `<path d="M${at()} ${at()}${parts.join("")}${next() < 0.3 ? "Z" : ""}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes.join("")}</svg>`;
  return { caption: `${pick(kinds)} ${pick(nouns)} ${pick(kinds)} ${pick(nouns)}`, svg };
}

/** One row in a thousand is broken, one in fifty repeats the one before. */
async function write(): Promise<void> {
  let last = drawing(random);
  async function* lines() {
    for (let i = 0; i < drawings; i++) {
      if (random() > 0.02) last = drawing(random);
      const row = i % 1000 === 999 ? { ...last, svg: "<svg" } : last;
      yield `${JSON.stringify({ id: `d${i}`, ...row })}\n`;
    }
  }
  await pipeline(lines(), createWriteStream(source));
}

const recipe = [...["--data.source", source], ...["--data.maxTokens", "1024"], ...more];

function start(folder: string, peak: string): ChildProcess {
  const args = ["--import", peaks, program, "prepare", "--to", folder, "--json", ...recipe];
  return spawn(process.execPath, [...args, "--threads", values.threads], {
    env: { ...process.env, PATHLOOM_PEAK_FILE: peak },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function ended(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (code !== 0 && child.signalCode !== "SIGKILL") throw new Error(`prepare ended with ${code}`);
  return text;
}

async function sums(folder: string): Promise<Map<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const found = new Map<string, string>();
  for (const name of names) {
    if (name === "run.lock" || statSync(join(folder, name)).isDirectory()) continue;
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, name)), hash);
    found.set(name, hash.digest("hex"));
  }
  return found;
}

const seconds = (since: number) => (performance.now() - since) / 1000;

/** Until the log of a run has a step. */
async function firstStep(set: string): Promise<number> {
  const run = join(root, "run");
  const small = "--model.layers 1 --model.hiddenSize 64 --model.heads 2 --train.steps 20".split(
    " ",
  );
  const from = performance.now();
  const where = ["--runs", root, "--run", basename(run), "--data.source", set];
  const args = [program, "train", ...where, ...recipe.slice(2), ...small];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const over = ended(child);
  const log = join(run, "log.jsonl");
  while (child.exitCode === null) {
    if (existsSync(log) && readFileSync(log, "utf8").includes('"step"')) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const took = seconds(from);
  const stepped = child.exitCode === null;
  child.kill("SIGKILL");
  await over;
  if (!stepped) throw new Error(`train ended with ${child.exitCode} before its first step`);
  return took;
}

try {
  await write();
  const bytes = statSync(source).size;
  const [whole, broken, peakFile] = ["whole", "killed", "peak"].map((name) => join(root, name));
  const from = performance.now();
  const figures = JSON.parse(await ended(start(whole!, peakFile!)));
  const took = seconds(from);
  const { peakBytes, cpuSeconds } = JSON.parse(readFileSync(peakFile!, "utf8"));
  const report: Record<string, unknown> = {
    drawings,
    sourceMegabytes: bytes / 1e6,
    ...{ train: figures.train, heldOut: figures.heldOut, duplicates: figures.duplicates },
    ...{ notReadable: figures.notReadable, filtered: figures.filtered },
    ...{ tokens: figures.tokens, shardMegabytes: figures.bytes / 1e6 },
    seconds: took,
    cpuSeconds,
    drawingsPerSecondAndCore: drawings / cpuSeconds,
    megabytesPerSecondAndCore: bytes / 1e6 / cpuSeconds,
    peakMegabytes: peakBytes / 1e6,
  };
  // Shown at once, for the kills take as long again.
  console.log(JSON.stringify(report, null, 2));
  let killed = 0;
  for (let i = 0; i < kills; i++) {
    const child = start(broken!, peakFile!);
    const over = ended(child);
    const after = 1000 * (0.05 + 0.6 * random()) * took;
    const timer = setTimeout(() => child.kill("SIGKILL"), after);
    await over;
    clearTimeout(timer);
    if (child.signalCode === "SIGKILL") killed++;
  }
  await ended(start(broken!, peakFile!));
  const [wanted, found] = [await sums(whole!), await sums(broken!)];
  const other = [...new Set([...wanted.keys(), ...found.keys()])].filter(
    (name) => wanted.get(name) !== found.get(name),
  );
  report.killed = killed;
  report.filesCompared = wanted.size;
  report.filesThatDiffer = other;
  report.secondsToFirstStep = await firstStep(whole!);
  console.log(JSON.stringify(report, null, 2));
  if (other.length > 0 || killed < kills) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
