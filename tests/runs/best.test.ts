/** A run that keeps its best checkpoints by its drawings, and the same ones where it was stopped on the way. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { listSteps, stepFolder } from "../../checkpoints/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { readLog } from "../../src/report/index.ts";
import { runPaths, train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

test("the best by drawings are kept, whatever the run was cut into", async () => {
  const place = temporaryFolder();
  const recipe = loadConfig(tinyRecipe(place));
  const config = {
    ...recipe,
    train: {
      ...recipe.train,
      steps: 10,
      evalEvery: 2,
      saveEvery: 3,
      keep: 1,
      threads: 1,
      keepBest: 3,
      bestMetric: "mrr" as const,
    },
    evaluate: { ...recipe.evaluate, drawn: 4 },
  };
  const whole = join(place, "whole");
  await train({ config, folder: whole, resume: false });
  const parts = join(place, "parts");
  const controller = new AbortController();
  const onStep = ({ step }: { readonly step: number }) => step === 5 && controller.abort();
  const first = { config, folder: parts, resume: false, signal: controller.signal };
  assert.is((await train({ ...first, observer: { onStep } })).outcome, "interrupted");
  await train({ config, folder: parts, resume: true });

  const bestsOf = (folder: string): { step: number; score: number }[] => {
    const { checkpoints } = runPaths(folder);
    const state = join(stepFolder(checkpoints, 10), "training_state.json");
    return JSON.parse(readFileSync(state, "utf8")).bests;
  };
  const bests = bestsOf(whole);
  assert.is(bests.length, 3);
  assert.equal(bestsOf(parts), bests);
  for (const folder of [whole, parts]) {
    const { checkpoints, best, log } = runPaths(folder);
    const kept = listSteps(checkpoints);
    for (const { step } of bests.slice(1)) assert.ok(kept.includes(step), `${step} of ${kept}`);
    assert.ok(kept.length <= 4 && existsSync(best));
    const told = readLog(log).flatMap((record) =>
      record.kind === "evaluation" ? [[record.step, -(record.figures?.mrr ?? 0)] as const] : [],
    );
    const ranks = [...told].sort(([, a], [, b]) => a - b);
    assert.equal(
      bests.map(({ step, score }) => [step, score]),
      ranks.slice(0, 3),
    );
  }
});

test.run();
