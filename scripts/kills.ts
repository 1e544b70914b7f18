/**
 * Kills a sweep with SIGKILL, over and over and at any moment, every other time in the middle of a
 * save, and goes on with it each time; then compares what it wrote with a sweep that was never killed.
 *
 *     npm run test:kills                  20 kills
 *     npm run test:kills -- --kills 50 --seed 3
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import seedrandom from "seedrandom";
import { readLog } from "../src/report/index.ts";

const root = join(import.meta.dirname, "..");
const program = join(root, "dist/src/cli/main.js");
const { values } = parseArgs({
  options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
const wanted = Number(values.kills);
const random = seedrandom(values.seed);
const folder = mkdtempSync(join(tmpdir(), "pathloom-kills-"));
const recipe = join(folder, "kills.yaml");
const runs = ["contextLength-64", "contextLength-96"];

writeFileSync(
  recipe,
  `data: { source: lucide, limit: 60, heldOut: 0.2 }
tokenizer: { captionVocabulary: 260, grid: 48, colors: current, initial: stroked }
model: { layers: 1, hiddenSize: 32, heads: 2, contextLength: 96, dropout: 0.1 }
train: { steps: 400, batchSize: 4, warmupSteps: 20, evalEvery: 50, saveEvery: 5, threads: 1 }
generate: { samples: 2, prompts: [arrow up, heart] }
evaluate: { drawn: 0 }
sweep: { grid: { model.contextLength: [64, 96] }, jobs: 2, drawn: 4 }
`,
);

const sweepArguments = (to: string) => [
  ...[program, "sweep", "--config", recipe, "--runs", to, "--name", "s"],
];

/** Every file of a run that says what it learned, by its hash; what says how long it took is left out. */
function learned(to: string): Map<string, string> {
  const hashes = new Map<string, string>();
  const hash = (name: string, data: string | Buffer) =>
    hashes.set(name, createHash("sha256").update(data).digest("hex"));
  for (const run of runs) {
    const place = join(to, "s", run);
    for (const step of readdirSync(join(place, "checkpoints"))) {
      for (const file of ["model.safetensors", "optimizer.safetensors"]) {
        const path = join("checkpoints", step, file);
        hash(join(run, path), readFileSync(join(place, path)));
      }
    }
    for (const file of readdirSync(join(place, "samples"))) {
      hash(join(run, file), readFileSync(join(place, "samples", file)));
    }
    const log = readLog(join(place, "log.jsonl")).map((record) => {
      const { kind, step } = record;
      return [kind, step, "loss" in record ? record.loss : null];
    });
    hash(join(run, "log.jsonl"), JSON.stringify(log));
  }
  return hashes;
}

/** Whether a save is under way: its folder stands under a temporary name. */
function saving(to: string): boolean {
  return runs.some((run) => {
    const checkpoints = join(to, "s", run, "checkpoints");
    return (
      existsSync(checkpoints) && readdirSync(checkpoints).some((name) => name.includes(".tmp-"))
    );
  });
}

/** @returns where the kill fell, or undefined when the sweep ended before. */
async function killOnce(to: string, inSave: boolean): Promise<string | undefined> {
  const child = spawn(process.execPath, sweepArguments(to), { detached: true, stdio: "ignore" });
  const closed = once(child, "close");
  let ended = false;
  void closed.then(() => {
    ended = true;
  });
  const until = Date.now() + 1000 + random() * 6000;
  while (!ended && Date.now() < until) await sleep(5);
  while (!ended && inSave && !saving(to)) await sleep(1);
  if (ended) return undefined;
  const where = saving(to) ? "in a save" : "anywhere";
  // The sweep and the runs that it started: the whole group.
  process.kill(-child.pid!, "SIGKILL");
  await closed;
  return where;
}

function wholeSweep(to: string): void {
  const { status, stderr } = spawnSync(process.execPath, sweepArguments(to), { encoding: "utf8" });
  if (status !== 0) throw new Error(`the sweep ended with ${status}: ${stderr.slice(-600)}`);
}

const reference = join(folder, "reference");
wholeSweep(reference);
const expected = learned(reference);
console.log(`reference: ${expected.size} files of ${runs.length} runs`);

let kills = 0;
let differing = 0;
for (let round = 1; kills < wanted; round++) {
  const killed = join(folder, `killed-${round}`);
  const places: string[] = [];
  while (kills < wanted) {
    const where = await killOnce(killed, kills % 2 === 1);
    if (where === undefined) break;
    kills++;
    places.push(where);
  }
  wholeSweep(killed);
  const found = learned(killed);
  const names = new Set([...expected.keys(), ...found.keys()]);
  const different = [...names].filter((name) => expected.get(name) !== found.get(name));
  differing += different.length;
  const inSaves = places.filter((place) => place === "in a save").length;
  console.log(
    `sweep ${round}: ${places.length} kills (${inSaves} in a save): ` +
      (different.length === 0
        ? `all ${names.size} files are the reference's, bit for bit`
        : `${different.length} of ${names.size} files differ: ${different.slice(0, 4).join(", ")}`),
  );
}
rmSync(folder, { recursive: true, force: true });
console.log(`${kills} kills, ${differing} files differ`);
process.exitCode = differing === 0 ? 0 : 1;
