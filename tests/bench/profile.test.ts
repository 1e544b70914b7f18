/** Profiles: what an engine's programs leave, added up. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type EngineName, measurePeak, startEngine } from "../../engine/index.ts";
import { registeredEngines } from "../../engine/registry.ts";
import {
  BenchError,
  benchShape,
  operationTimes,
  readTraces,
  trainWorkload,
  writeTrace,
} from "../../src/bench/index.ts";
import { skipTest } from "../testing/skip.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-profile-"));
test.after(() => rmSync(root, { recursive: true }));

const event = (operation: string, ts: number, dur: number, cat = "Node") => ({
  cat,
  ts,
  dur,
  ph: "X",
  name: `${operation}_kernel_time`,
  args: { op_name: operation },
});

test("a loop's time is without its body's", () => {
  const events = [
    event("Scan", 0, 100),
    event("MatMul", 10, 30),
    event("MatMul", 40, 30),
    event("Add", 100, 50),
    event("Session", 0, 1000, "Session"),
  ];
  const times = operationTimes([{ program: "step", events }]);
  assert.equal(times, [
    { operation: "MatMul", calls: 2, milliseconds: 0.06, share: 0.4 },
    { operation: "Add", calls: 1, milliseconds: 0.05, share: 50 / 150 },
    { operation: "Scan", calls: 1, milliseconds: 0.04, share: 40 / 150 },
  ]);
});

for (const { name, whyUnavailable } of registeredEngines) {
  test(`${name}: a training step leaves a trace for each of its programs, but none of the peak's`, async () => {
    const why = await whyUnavailable();
    if (why !== null) {
      skipTest(`the profile of ${name}: ${why}`);
      return;
    }
    await profileStep(name);
  });
}

async function profileStep(name: EngineName): Promise<void> {
  const folder = mkdtempSync(join(root, `${name}-`));
  const { engine } = await startEngine(name, { threads: 1, profileFolder: folder });
  measurePeak(engine);
  const workload = trainWorkload(engine, benchShape("tiny"), { adapters: false });
  workload.run(2);
  workload.dispose();
  engine.dispose();

  const traces = readTraces(folder);
  const programs = traces.map(({ program }) => program);
  assert.ok(
    programs.some((program) => program.startsWith("backward")),
    programs.join(),
  );
  assert.not.ok(programs.some((program) => program.startsWith("peak")));
  const times = operationTimes(traces);
  // XLA says what a whole program took, and not what is in it.
  const told = name === "xla" ? /^program$/ : /matmul/i;
  assert.ok(times.some(({ operation }) => told.test(operation)));
  const shares = times.reduce((sum, { share }) => sum + share, 0);
  assert.ok(Math.abs(shares - 1) < 1e-9);

  const file = join(folder, "all.trace");
  writeTrace(traces, file);
  const { traceEvents } = JSON.parse(readFileSync(file, "utf8"));
  const named = traceEvents.filter(({ ph }: { ph: string }) => ph === "M");
  assert.equal(
    named.map(({ args }: { args: { name: string } }) => args.name),
    programs,
  );
  assert.equal(
    new Set(traceEvents.map(({ pid }: { pid: number }) => pid)).size,
    programs.length,
    "a process a program",
  );
}

test("a damaged trace is refused by name", () => {
  const folder = mkdtempSync(join(root, "damaged-"));
  writeFileSync(join(folder, "broken.0_.json"), "[{");
  assert.throws(
    () => readTraces(folder),
    (error: unknown) =>
      error instanceof BenchError && /broken\.0_\.json: no trace/.test(error.message),
  );
});

test.run();
