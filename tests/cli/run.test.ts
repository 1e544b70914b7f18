import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { beginRun, type RunRequest } from "../../src/runs/begin-run.ts";
import { openRun } from "../../src/runs/run-folder.ts";
import { lockRun } from "../../src/runs/run-lock.ts";

const folder = () => mkdtempSync(join(tmpdir(), "pathloom-runs-"));

function request(runs: string, more: Partial<RunRequest> = {}): RunRequest {
  const nothing = { configFile: undefined, overrides: [], ask: undefined };
  return { ...nothing, name: "a", runs, resume: false, fresh: false, ...more };
}

/** A run that was begun, and that has logged and saved up to a step. */
async function runAt(step: number): Promise<string> {
  const runs = folder();
  const run = await beginRun(request(runs));
  run?.lock.release();
  writeFileSync(join(runs, "a", "log.jsonl"), "{}\n");
  mkdirSync(join(runs, "a", "checkpoints", `step-${String(step).padStart(6, "0")}`), {
    recursive: true,
  });
  return runs;
}

async function refusal(asked: RunRequest): Promise<string> {
  try {
    await beginRun(asked);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the run was begun");
}

test("a new run gets its folder, its configuration as resolved, and its lock", async () => {
  const runs = folder();
  const run = await beginRun(
    request(runs, { overrides: [{ path: "train.lr", text: "0.5" }], name: undefined }),
  );
  const made = join(runs, "quickstart");
  assert.is(run?.folder, made);
  assert.is(run?.resume, false);
  const yaml = readFileSync(join(made, "config.yaml"), "utf8");
  assert.match(yaml, /\n {2}lr: 0\.5\n/);
  assert.match(yaml, /\n {2}beta1: 0\.9\n/);
  assert.ok(existsSync(join(made, "run.lock")));
  run?.lock.release();
  assert.not(existsSync(join(made, "run.lock")));
});

test("a folder that holds a run is refused without a flag, and the flags are named", async () => {
  const runs = await runAt(400);
  const message = await refusal(request(runs));
  assert.match(message, /already holds a run \(saved at step 400\)/);
  assert.match(message, /--resume .* --fresh .* --run NAME/);
});

test("--fresh keeps the run before under a number", async () => {
  const runs = await runAt(5);
  const run = await beginRun(request(runs, { fresh: true }));
  run?.lock.release();
  assert.match(run?.note ?? "", /kept in .*a\.1$/);
  assert.ok(existsSync(join(runs, "a.1", "checkpoints", "step-000005")));
  assert.not(existsSync(join(runs, "a", "checkpoints")));
  writeFileSync(join(runs, "a", "log.jsonl"), "{}\n");
  const next = await beginRun(request(runs, { fresh: true }));
  next?.lock.release();
  assert.ok(existsSync(join(runs, "a.2", "config.yaml")));
});

test("--resume goes on with the run's own configuration, more steps if asked for", async () => {
  const runs = await runAt(5);
  const run = await beginRun(
    request(runs, { resume: true, overrides: [{ path: "train.steps", text: "9" }] }),
  );
  run?.lock.release();
  assert.is(run?.resume, true);
  assert.is(run?.config.train.steps, 9);
});

test("--resume refuses what would make another run of it", async () => {
  const runs = await runAt(5);
  const overrides = [{ path: "model.hiddenSize", text: "96" }];
  assert.match(
    await refusal(request(runs, { resume: true, overrides })),
    /model\.hiddenSize is 128 in this run, but 96 is asked for/,
  );
  assert.match(await refusal(request(runs, { resume: true, fresh: true })), /exclude each other/);
  assert.match(await refusal(request(runs, { resume: true, name: "b" })), /no run to resume/);
});

test("a person is asked: continue, a new name, or quit", async () => {
  const runs = await runAt(5);
  const answer = (text: string) => beginRun(request(runs, { ask: async () => text }));
  const resumed = await answer("c\n");
  resumed?.lock.release();
  assert.is(resumed?.resume, true);
  const anew = await answer("New");
  anew?.lock.release();
  assert.is(anew?.folder, join(runs, "a-2"));
  assert.is(await answer(""), null);
});

test("a run that failed before its first step leaves nothing in the way", async () => {
  const runs = folder();
  (await beginRun(request(runs)))?.lock.release();
  const again = await beginRun(request(runs));
  again?.lock.release();
  assert.is(again?.resume, false);
});

test("a folder of other things, a file, and a name that leads elsewhere are refused", async () => {
  const runs = folder();
  mkdirSync(join(runs, "a"));
  writeFileSync(join(runs, "a", "thesis.tex"), "");
  assert.match(await refusal(request(runs)), /holds other things than a run/);
  writeFileSync(join(runs, "b"), "");
  assert.match(await refusal(request(runs, { name: "b" })), /this is a file/);
  assert.match(await refusal(request(runs, { name: "../b" })), /expected a name of letters/);
});

test("two processes cannot train into one run", async () => {
  const run = folder();
  writeFileSync(join(run, "run.lock"), JSON.stringify({ pid: process.ppid, host: hostname() }));
  assert.throws(
    () => lockRun(run),
    new RegExp(`process ${process.ppid} on .* is training this run`),
  );
  writeFileSync(join(run, "run.lock"), JSON.stringify({ pid: 1, host: "another-machine" }));
  assert.throws(() => lockRun(run), /process 1 on another-machine/);
  writeFileSync(join(run, "run.lock"), "rubbish");
  assert.throws(() => lockRun(run), /an unknown process/);
});

test("a run that is asked for by its name alone is told by its folder", async () => {
  const [runs, before] = [await runAt(3), process.cwd()];
  mkdirSync(join(runs, "runs"));
  renameSync(join(runs, "a"), join(runs, "runs", "a"));
  process.chdir(runs);
  try {
    assert.throws(() => openRun("a", () => {}), /a: no such folder; .* did you mean runs.a\?/);
    assert.throws(() => openRun("b", () => {}), /b: no such run; train one first/);
  } finally {
    process.chdir(before);
  }
});

test("the lock of a process that is gone is taken over", () => {
  const run = folder();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(join(run, "run.lock"), JSON.stringify({ pid, host: hostname() }));
  const lock = lockRun(run);
  assert.match(readFileSync(join(run, "run.lock"), "utf8"), new RegExp(`"pid":${process.pid},`));
  lock.release();
  assert.not(existsSync(join(run, "run.lock")));
});

test.run();
