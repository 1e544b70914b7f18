/**
 * A process that saves checkpoints without pause is killed at arbitrary moments. Whatever the moment:
 * every step under its own name is whole, `best` is whole, the latest is found, and the next save
 * clears the debris away.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bestFolder, listSteps, loadCheckpoint, stepFolder } from "../../checkpoints/index.ts";
import { productModule, scriptArguments } from "../testing/started.ts";
import { latestPlain, savePlainStep } from "./steps.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROUNDS = 6;
const LONGEST_LIFE = 150;

/** Saves step after step, each the best, from the one after the last; each weight is its step. */
const SAVE_FOREVER = `
  const { listSteps, saveCheckpoint, saveStep } = await import(${JSON.stringify(productModule("checkpoints/index"))});
  const folder = process.argv[1];
  let step = (listSteps(folder).at(-1) ?? 0) + 1;
  console.log("saving");
  for (;; step++) {
    const data = new Float32Array(50_000).fill(step);
    const tensors = [{ name: "w", dtype: "F32", shape: [50_000], data }];
    const contents = { config: {}, tensors, trainingState: { step } };
    const save = (to, options) => saveCheckpoint(to, contents, options);
    saveStep(folder, step, save, { keep: 2, isBest: true });
  }`;

async function saveUntilKilled(folder: string, milliseconds: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [...scriptArguments, "--input-type=module", "-e", SAVE_FOREVER, folder],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const closed = once(child, "close");
  await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill("SIGKILL");
  await closed;
}

/** The step that a checkpoint's state and all of its weights agree on. */
function checkWhole(folder: string): number {
  const checkpoint = loadCheckpoint(folder);
  const step = checkpoint.trainingState?.step;
  assert.ok(checkpoint.model.readFloat32("w").every((weight) => weight === step));
  checkpoint.close();
  return Number(step);
}

test(`killed ${ROUNDS} times while saving`, async () => {
  const random = seedrandom("killed while saving");
  const folder = temporaryFolder();
  for (let round = 0; round < ROUNDS; round++) {
    await saveUntilKilled(folder, random() * LONGEST_LIFE);
    const steps = listSteps(folder);
    for (const step of steps) assert.is(checkWhole(stepFolder(folder, step)), step);
    if (steps.length === 0) continue;
    const best = checkWhole(bestFolder(folder));
    const last = steps.at(-1)!;
    assert.ok(best === last || best === last + 1, `best ${best}, last step ${last}`);
    const latest = latestPlain(folder, (message) => assert.unreachable(message));
    assert.is(latest?.trainingState?.step, last);
    latest?.close();
  }
  const tensors = [{ name: "w", dtype: "F32", shape: [1], data: Float32Array.of(1) }] as const;
  savePlainStep(folder, 1_000_000, { config: {}, tensors }, { keep: 1, isBest: false });
  assert.equal(readdirSync(folder).sort(), ["best", "step-1000000"]);
});

test.run();
