/** A sweep of three tiny runs: one that cannot be, one that is killed on the way, one that ends. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { stepFolder } from "../../checkpoints/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { readLog } from "../../src/report/index.ts";
import { runPaths, train } from "../../src/runs/index.ts";
import { type SweepResult, type SweptRun, sweep } from "../../src/sweep/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

const place = temporaryFolder();
const folder = join(place, "contexts");
const recipe = loadConfig(tinyRecipe(place));
const config = {
  ...recipe,
  data: { ...recipe.data, heldOut: 0.5 },
  train: { ...recipe.train, steps: 40, evalEvery: 10, saveEvery: 4, threads: 1 },
  evaluate: { ...recipe.evaluate, drawn: 0 },
  // No drawing fits into the first.
  sweep: { ...recipe.sweep, grid: { "model.contextLength": [8, 56, 96] }, jobs: 3, drawn: 3 },
};

const states = ({ runs }: SweepResult) => runs.map(({ state }) => state);
const weights = (run: string) =>
  readFileSync(join(stepFolder(runPaths(run).checkpoints, 40), "model.safetensors"));

test("a killed run goes on exactly, a failing one is reported, a finished one is left alone", async () => {
  const pids = new Map<string, number>();
  let killed = false;
  const first = await sweep({
    config,
    folder,
    observer: {
      onRun(name, message) {
        if (message.kind === "started") pids.set(name, message.pid);
        // At step 10, after two checkpoints.
        if (name !== "contextLength-56" || message.kind !== "evaluation" || killed) return;
        killed = true;
        process.kill(pids.get(name)!, "SIGKILL");
      },
    },
  });
  assert.ok(killed);
  assert.equal(states(first), ["failed", "failed", "finished"]);
  assert.match(first.runs[0]!.reason ?? "", /longer than|fit|left to train on/);
  assert.match(first.runs[1]!.reason ?? "", /ended by SIGKILL/);
  const { summary } = runPaths(join(folder, "contextLength-96"));
  const written = statSync(summary).mtimeMs;

  const plans: (readonly SweptRun[])[] = [];
  const second = await sweep({ config, folder, observer: { onPlan: (runs) => plans.push(runs) } });
  assert.equal(states(second), ["failed", "finished", "finished"]);
  assert.equal(
    plans[0]!.map(({ before }) => before),
    [false, false, true],
  );
  assert.is(statSync(summary).mtimeMs, written);

  const run = join(folder, "contextLength-56");
  const alone = join(place, "alone");
  const model = { ...config.model, contextLength: 56 };
  await train({ config: { ...config, model, sweep: recipe.sweep }, folder: alone, resume: false });
  assert.ok(
    weights(run).equals(weights(alone)),
    "the killed run's weights are those of an unkilled one",
  );
  const logged = (of: string) =>
    readLog(runPaths(of).log).map((record) => [record.kind, record.step, lossOf(record)]);
  assert.equal(logged(run), logged(alone));

  // What lies there is refused under another recipe, before anything starts.
  const other = { ...config, train: { ...config.train, lr: 0.5 } };
  await sweep({ config: other, folder }).then(
    () => assert.unreachable(),
    (error: Error) =>
      assert.match(error.message, /train\.lr is .* but 0\.5 is asked for; a sweep goes on/),
  );

  const { page, json, csv, markdown } = second.files!;
  const told = JSON.parse(readFileSync(json, "utf8"));
  assert.equal(told.axes, ["model.contextLength"]);
  assert.equal(
    told.groups.map((group: { label: string }) => group.label),
    ["56", "96"],
  );
  assert.is(told.failed.length, 1);
  const [short, long] = told.groups.map(
    (group: { runs: { figures: Record<string, number> }[] }) => group.runs[0]!.figures,
  );
  assert.ok(short.natsPerToken > 0 && long.fit > short.fit && long.trainedHit1 >= 0);
  const rows = readFileSync(csv, "utf8").trim().split("\r\n");
  assert.match(rows[0]!, /^run,model\.contextLength,train\.seed,natsPerToken,bitsPerDrawing/);
  assert.is(rows.length, 3);
  const html = readFileSync(page, "utf8");
  assert.match(html, /Held-out loss \(nats per token\)/);
  assert.not.match(html, /NaN|undefined|Infinity/);
  assert.match(readFileSync(markdown, "utf8"), /plots\/bitsPerDrawing\.svg/);
  assert.ok(existsSync(join(folder, "plots", "bitsPerDrawing.svg")));
});

function lossOf(record: ReturnType<typeof readLog>[number]): number | null {
  if (record.kind === "step") return record.loss;
  return record.kind === "evaluation" ? record.natsPerToken : null;
}

test.run();
