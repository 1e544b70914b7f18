import { existsSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  bestFolder,
  type CheckpointContents,
  copyCheckpoint,
  listSteps,
  loadCheckpoint,
  stepFolder,
} from "../../checkpoints/index.ts";
import { latestPlain, savePlainStep } from "./steps.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function contents(step: number): CheckpointContents {
  return {
    config: { n_layer: 1 },
    tensors: [{ name: "w", dtype: "F32", shape: [1], data: Float32Array.of(step) }],
    trainingState: { step },
  };
}

function stepIn(folder: string): unknown {
  const checkpoint = loadCheckpoint(folder);
  checkpoint.close();
  return checkpoint.trainingState?.step;
}

function latestStep(run: string): { step: unknown; notices: string[] } {
  const notices: string[] = [];
  const checkpoint = latestPlain(run, (message) => notices.push(message));
  checkpoint?.close();
  return { step: checkpoint?.trainingState?.step, notices };
}

/** Steps 100 to 500 of a run that keeps two; 200 was the best. */
function fiveSteps(): string {
  const run = temporaryFolder();
  for (const step of [100, 200, 300, 400, 500]) {
    savePlainStep(run, step, contents(step), { keep: 2, isBest: step === 200 });
  }
  return run;
}

test("the last steps and the best are kept", () => {
  const run = fiveSteps();
  assert.equal(listSteps(run), [400, 500]);
  assert.equal(readdirSync(run).sort(), ["best", "step-000400", "step-000500"]);
  assert.is(stepIn(bestFolder(run)), 200);
  assert.is(stepIn(stepFolder(run, 500)), 500);
});

test("steps sort by number beyond six digits", () => {
  const run = temporaryFolder();
  for (const step of [999_999, 1_000_000]) {
    savePlainStep(run, step, contents(step), { keep: 2, isBest: false });
  }
  assert.equal(listSteps(run), [999_999, 1_000_000]);
});

test("best shares the bytes of its step while both exist, and outlives it", () => {
  const run = temporaryFolder();
  const folder = savePlainStep(run, 100, contents(100), { keep: 1, isBest: true });
  const inode = (path: string) => statSync(join(path, "model.safetensors")).ino;
  assert.is(inode(folder), inode(bestFolder(run)));
  savePlainStep(run, 200, contents(200), { keep: 1, isBest: false });
  assert.not(existsSync(folder));
  assert.is(stepIn(bestFolder(run)), 100);
});

test("a better step replaces the whole of best", () => {
  const run = fiveSteps();
  savePlainStep(run, 600, contents(600), { keep: 2, isBest: true });
  assert.is(stepIn(bestFolder(run)), 600);
  assert.equal(readdirSync(run).sort(), ["best", "step-000500", "step-000600"]);
});

test("a resumed run does not remove what it saves, nor later steps of the run before", () => {
  const run = fiveSteps();
  savePlainStep(run, 50, contents(50), { keep: 1, isBest: false });
  assert.equal(listSteps(run), [50, 400, 500]);
});

test("the latest is the highest step that is whole", () => {
  const run = fiveSteps();
  assert.equal(latestStep(run), { step: 500, notices: [] });

  truncateSync(join(stepFolder(run, 500), "model.safetensors"), 20);
  const second = latestStep(run);
  assert.is(second.step, 400);
  assert.is(second.notices.length, 1);
  assert.match(
    second.notices[0]!,
    /passed over checkpoint .*step-000500: model\.safetensors has 20/,
  );

  rmSync(join(stepFolder(run, 400), "checkpoint.json"));
  const third = latestStep(run);
  assert.is(third.step, 200, "best is the last resort");
  assert.is(third.notices.length, 2);
});

test("a run without checkpoints has no latest one", () => {
  assert.equal(latestStep(join(temporaryFolder(), "no-run")), { step: undefined, notices: [] });
  assert.equal(latestStep(temporaryFolder()), { step: undefined, notices: [] });
});

test("a copied checkpoint is whole", () => {
  const run = fiveSteps();
  const copy = join(temporaryFolder(), "copy");
  copyCheckpoint(bestFolder(run), copy);
  assert.is(stepIn(copy), 200);
});

test.run();
