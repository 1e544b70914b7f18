/** A training run that is interrupted, that is resumed, that runs out of disk. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const recipe = tinyRecipe(folder);
const train = ["train", "--config", recipe, "--runs", folder];

function loggedSteps(run: string): number[] {
  const lines = readFileSync(join(folder, run, "log.jsonl"), "utf8")
    .trim()
    .split("\n");
  const records = lines.map((line) => JSON.parse(line));
  return records.filter(({ kind }) => kind === "step").map(({ step }) => step);
}

test("Ctrl-C saves and exits with 130; --resume goes on, and the log tells each step once", async () => {
  const endless = [...train, "--run", "stopped", "--train.steps", "1000000"];
  const stopped = await pathloom(endless, {
    started(child) {
      child.stderr?.on("data", (text) => {
        if (String(text).includes("step 1/")) setTimeout(() => child.kill("SIGINT"), 300);
      });
    },
  });
  assert.is(stopped.code, 130, stopped.stderr);
  const [, step = "0"] = /stopped at step (\d+) of 1000000 and saved/.exec(stopped.stderr) ?? [];
  assert.ok(Number(step) > 0, stopped.stderr);
  const goal = Number(step) + 3;
  const resumed = await pathloom([
    ...["train", "--run", "stopped", "--runs", folder, "--resume", "--train.steps", `${goal}`],
  ]);
  assert.is(resumed.code, 0, resumed.stderr);
  assert.match(resumed.stderr, new RegExp(`going on after step ${step}`));
  const steps = loggedSteps("stopped");
  assert.is(steps.at(-1), goal);
  assert.is(new Set(steps).size, steps.length);
  assert.ok(existsSync(join(folder, "stopped", "report.html")));
});

test("a disk that is full is told of in one line, and what was saved before is whole", async () => {
  const run = [...train, "--run", "full"];
  assert.is((await pathloom([...run, "--train.steps", "2"])).code, 0);
  // A limit on the size of a file stands for a full disk: the system refuses the write alike.
  const ended = await pathloom([...run, "--resume", "--train.steps", "4"], {
    shell: `ulimit -f 20; exec "$0" "$@"`,
  });
  assert.is(ended.code, 1, ended.stderr);
  assert.match(
    ended.stderr,
    /\npathloom: .*no space left for it \(EFBIG\); free space on this disk/,
  );
  const steps = readdirSync(join(folder, "full", "checkpoints"));
  assert.ok(steps.includes("step-000002"), steps.join());
  const drawn = await pathloom([
    ...["generate", "--run", join(folder, "full"), "--prompt", "x", "--out", join(folder, "out")],
  ]);
  assert.is(drawn.code, 0, drawn.stderr);
});

test.run();
