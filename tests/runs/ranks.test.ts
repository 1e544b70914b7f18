/** A run that several processes train: refused, stopped, failed, and gone on with by one, two and three. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SafetensorsFile, stepFolder } from "../../checkpoints/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { runPaths, train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";
import { answers, launchers, startRanks, whyNone } from "../distributed/mpirun.ts";
import { skipTests } from "../testing/skip.ts";

const [launcher] = launchers();
const worker = join(import.meta.dirname, "ranks-worker.ts");

/** Largest difference of any weight or moment after the last step. */
function difference(run: string, other: string): number {
  let most = 0;
  for (const name of ["model.safetensors", "optimizer.safetensors"]) {
    const [a, b] = [run, other].map((each) =>
      SafetensorsFile.open(join(stepFolder(runPaths(each).checkpoints, 6), name)),
    );
    assert.equal([...a!.tensors.keys()].sort(), [...b!.tensors.keys()].sort());
    for (const key of a!.tensors.keys()) {
      const [one, two] = [a!.readFloat32(key), b!.readFloat32(key)];
      for (const [i, value] of one.entries()) most = Math.max(most, Math.abs(value - two[i]!));
    }
    a!.close();
    b!.close();
  }
  return most;
}

if (launcher === undefined) skipTests(whyNone);
else {
  test("refused, stopped, failed, and gone on with by one, two and three ranks", async () => {
    const place = temporaryFolder();
    tinyRecipe(place);
    // A working folder whose icons are fewer.
    mkdirSync(join(place, "elsewhere"));
    cpSync(join(place, "icons"), join(place, "elsewhere", "icons"), { recursive: true });
    rmSync(join(place, "elsewhere", "icons", "heart.svg"));
    const run = join(place, "run");
    const ended = await startRanks(launcher, 2, [worker, "train", place, run]);

    // The last thing that it does.
    assert.is.not(ended.code, 0);
    assert.match(ended.stderr, /rank 0 of 2: Error: the disk of rank 0 is full/);
    const [zero, one] = answers<Record<string, unknown>>(ended).sort(
      (a, b) => Number(a.rank) - Number(b.rank),
    );
    for (const answer of [zero!, one!]) {
      assert.match(
        String(answer.other),
        /^ConfigError: train\.lr: rank 0 has 0\.001, but rank 1 has 0\.5; all processes/,
      );
      assert.match(
        String(answer.otherData),
        /^UsageError: drawings read: rank 0 has 11 .* but rank 1 has 1\d to train on/,
      );
      assert.match(String(answer.many), /holds other things than a run/);
      assert.is(answer.outcome, "interrupted");
    }
    assert.is(zero!.step, one!.step, "both stop after the same step");
    assert.ok(Number(zero!.step) < 6);
    assert.equal([zero!.steps, one!.steps], [zero!.step, 0], "one of them tells");
    assert.match(String(zero!.heard), /2 processes: an update is of 6 micro-batches of 2 rows/);
    assert.match(String(zero!.heard), /optimiser states are shared out/);
    assert.is(readdirSync(join(place, "run.refused")).includes("checkpoints"), false);
    const saved = readdirSync(runPaths(run).checkpoints);
    assert.equal(saved, [`step-${String(zero!.step).padStart(6, "0")}`]);

    const recipe = loadConfig(join(place, "tiny.yaml"));
    const alone = {
      ...recipe,
      data: { ...recipe.data, source: join(place, "icons") },
      train: { ...recipe.train, threads: 1, gradientAccumulationSteps: 6, batchSize: 2 },
    };
    await train({ config: alone, folder: join(place, "alone"), resume: false });
    const differences: string[] = [];
    for (const ranks of [1, 2, 3]) {
      const copy = join(place, `by-${ranks}`);
      cpSync(run, copy, { recursive: true });
      const resumed = await startRanks(launcher, ranks, [worker, "resume", place, copy]);
      assert.is(resumed.code, 0, resumed.stderr);
      for (const answer of answers<{ outcome: string; step: number }>(resumed)) {
        assert.equal([answer.outcome, answer.step], ["finished", 6]);
      }
      const most = difference(copy, join(place, "alone"));
      assert.ok(most <= 1e-6, `${ranks} ranks differ by ${most}`);
      differences.push(`${ranks}: ${most}`);
      const log = readFileSync(runPaths(copy).log, "utf8").trim().split("\n");
      assert.is(
        log.filter((line) => JSON.parse(line).step === 6 && /"step"/.test(line)).length > 0,
        true,
      );
    }
    console.log(`REPORT resumed by so many ranks beside one process, differ by ${differences}`);
  });
}

test.run();
