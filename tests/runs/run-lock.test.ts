/** Who holds a run: a lock is taken over where its holder is gone, and never where it may not be. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { lockRun, RunLockedError } from "../../src/runs/run-lock.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";

/** A run whose lock holds a text. */
function runWith(text: string): string {
  const run = temporaryFolder();
  writeFileSync(join(run, "run.lock"), text);
  return run;
}

/** What this process writes into its locks. */
function myself(): { pid: number; host: string; boot: string | null; processes: string | null } {
  const run = temporaryFolder();
  const lock = lockRun(run);
  const text = readFileSync(join(run, "run.lock"), "utf8");
  lock.release();
  return JSON.parse(text);
}

function takesOver(text: string): void {
  const run = runWith(text);
  const lock = lockRun(run);
  assert.is(JSON.parse(readFileSync(join(run, "run.lock"), "utf8")).pid, process.pid);
  lock.release();
  assert.equal(readdirSync(run), []);
}

function refuses(text: string, message: RegExp): void {
  const run = runWith(text);
  assert.throws(
    () => lockRun(run),
    (error: Error) => error instanceof RunLockedError && message.test(error.message),
  );
  assert.is(readFileSync(join(run, "run.lock"), "utf8"), text);
  assert.equal(readdirSync(run), ["run.lock"]);
}

const living = { ...myself(), pid: process.ppid };

test("a living process keeps its lock", () => {
  refuses(JSON.stringify(living), new RegExp(`process ${process.ppid} on .* is training this run`));
  const { pid, host } = living;
  refuses(JSON.stringify({ pid, host }), /is training this run/);
});

test("a process of another machine is taken to be alive", () => {
  refuses(JSON.stringify({ pid: 1, host: "another" }), /process 1 on another/);
  const elsewhere = { pid: 1, host: "another", boot: "0-0", processes: "pid:[1]" };
  refuses(JSON.stringify(elsewhere), /process 1 on another/);
});

test("what is no lock is left to people", () => refuses("rubbish", /an unknown process/));

test("an empty lock is stale: a kill left it", () => {
  takesOver("");
  takesOver("\n");
});

test("a lock of a process that is gone is stale, and one with the asker's own number", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  takesOver(JSON.stringify({ ...living, pid }));
  takesOver(JSON.stringify(myself()));
  takesOver(JSON.stringify({ pid: process.pid, host: hostname() }));
});

test("a lock of before the machine's last start is stale, and one of another container", () => {
  if (living.boot === null || living.processes === null) {
    console.log("SKIPPED boot and container: this system names neither");
    return;
  }
  takesOver(JSON.stringify({ ...living, boot: "0-0" }));
  takesOver(JSON.stringify({ ...living, processes: "pid:[1]" }));
  takesOver(JSON.stringify({ ...living, host: "a-container", processes: "pid:[1]" }));
});

test("one process does not take a run twice, and takes it again when it was released", () => {
  const run = temporaryFolder();
  const lock = lockRun(run);
  assert.throws(() => lockRun(join(run, ".")), /this very process is training this run/);
  lock.release();
  lock.release();
  const again = lockRun(run);
  lock.release();
  assert.ok(existsSync(join(run, "run.lock")), "released by its holder alone");
  again.release();
  assert.not(existsSync(join(run, "run.lock")));
});

test.run();
