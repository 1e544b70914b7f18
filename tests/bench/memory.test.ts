/**
 * What a long run of the quickstart's decoder holds.
 *
 * Each run is a process whose young generation of JavaScript objects has one size. V8 else gives it
 * between 1 and 32 MB as it likes: it gives pages back at a collection while little is allocated, and
 * takes them again over some hundred steps. Those 32 MB, with everything else flat, were all that ever
 * grew, and they have a bound; they would only hide what has none. It is also a process without tsx,
 * whose thread gives 30 MB back at some time.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { report } from "../testing/report.ts";
import type { Resident } from "./memory/resident.ts";

const youngGeneration = ["--min-semi-space-size=16", "--max-semi-space-size=16"];

/** Where packages are found. */
const folder = join(import.meta.dirname, "memory", `${process.pid}.tmp`);
const program = join(folder, "resident.mjs");
buildSync({
  entryPoints: [join(import.meta.dirname, "memory", "resident.ts")],
  outfile: program,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});
test.after(() => rmSync(folder, { recursive: true }));

function train(
  ...counts: readonly [rows: number, length: number, settling: number, steps: number]
): Resident {
  const args = [...youngGeneration, "--expose-gc", program, ...counts.map(String)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.not.equal(stdout, "", stderr);
  return JSON.parse(stdout) as Resident;
}

function checkFlat(what: string, { settled, after }: Resident): void {
  const grown = after.residentBytes / settled.residentBytes - 1;
  const megabytes = (after.residentBytes / 1e6).toFixed(0);
  report(
    `${what}: ${after.tensors.buffers} tensors, ${megabytes} MB resident, ${(100 * grown).toFixed(2)} % more`,
  );
  assert.equal(after.tensors, settled.tensors);
  assert.ok(grown < 0.02, `resident memory grew by ${(100 * grown).toFixed(2)} %`);
}

// A thousand steps on the whole batch take minutes: all that is done a step is done on a short row too.
test("a thousand steps on a short row hold no more tensors, nor 2 % more memory", () => {
  checkFlat("1,000 steps of the quickstart's decoder on a row of 32", train(1, 32, 100, 1000));
});

test("nor do steps on the quickstart's sixteen rows", () => {
  checkFlat("30 steps of the quickstart", train(16, 128, 20, 30));
});

test.run();
