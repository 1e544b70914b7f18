/** However a training ends from outside, it saves; and what cannot be written is told in one line. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const recipe = tinyRecipe(folder);
const root = join(import.meta.dirname, "..", "..");
const program = join(root, "dist/src/cli/main.js");

/** An endless training of the compiled program, once it makes steps. */
async function training(run: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      ...[program, "train", "--config", recipe, "--runs", folder, "--run", run],
      ...["--train.steps", "1000000", "--train.saveEvery", "1000000"],
      ...["--train.evalEvery", "1000000"],
    ],
    { cwd: root, stdio: ["ignore", "ignore", "pipe"] },
  );
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (text) => String(text).includes("step 1/") && resolve());
    child.on("close", () => reject(new Error("it ended before its first step")));
  });
  return child;
}

/** @returns the exit code; a training that does not end is a failure. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("it did not end"));
    }, 120_000);
    child.on("close", (code) => {
      clearTimeout(late);
      resolve(code);
    });
  });
}

function wasSaved(run: string): void {
  const saved = readdirSync(join(folder, run, "checkpoints"));
  assert.ok(
    saved.some((name) => /^step-\d+$/.test(name)),
    saved.join(),
  );
  assert.not(existsSync(join(folder, run, "run.lock")));
}

test("a training whose terminal ends saves, as after SIGTERM", async () => {
  const child = await training("hangup");
  child.kill("SIGHUP");
  assert.is(await ended(child), 130);
  wasSaved("hangup");
});

test("a training whose standard error is closed saves", async () => {
  const child = await training("deaf");
  child.stderr?.destroy();
  assert.is(await ended(child), 130);
  wasSaved("deaf");
});

test("a full disk behind standard output is told in one line", async () => {
  if (!existsSync("/dev/full")) {
    console.log("SKIPPED full disk behind standard output: this platform has no /dev/full");
    return;
  }
  const full = await pathloom(["--help"], { shell: 'exec "$0" "$@" > /dev/full' });
  assert.equal(
    [full.code, full.stderr],
    [
      1,
      "pathloom: standard output: no space left on the disk; free some, or write elsewhere (ENOSPC)\n",
    ],
  );
});

test("too few files that may be open are told in one line", async () => {
  for (const limit of [20, 24, 28, 32]) {
    const few = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const line = `ulimit -n ${limit}; exec "$0" "$@"`;
      const args = ["-c", line, process.execPath, program, "inspect", join(folder, "none")];
      const child = spawn("sh", args, { stdio: ["ignore", "ignore", "pipe"] });
      let stderr = "";
      child.stderr.on("data", (text) => {
        stderr += text;
      });
      child.on("close", (code) => resolve({ code, stderr }));
    });
    assert.not.match(few.stderr, /\n\s+at /, `${limit}: no stack`);
    assert.match(few.stderr, /^pathloom: .*\n$/, `${limit}`);
  }
});

test.run();
