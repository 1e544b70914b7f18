/** docs/performance.md from figures. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withSection } from "../../bench/measuring/page.ts";
import { expectedSeconds, measurements } from "../../bench/performance/measurements.ts";
import { engineMeasurements, enginesSection } from "../../bench/performance/other-engines.ts";
import { enginesMark, type Measured, performancePage } from "../../bench/performance/page.ts";
import type { Result } from "../../bench/performance/result.ts";
import { benchShapes } from "../../src/bench/index.ts";

const speed = { tokensPerSecond: 1234.5, gflops: 56.78, spread: [0.97, 1.04] as [number, number] };
const result: Result = {
  ...speed,
  work: "work",
  engine: "ONNX Runtime 1, CPU",
  precision: "float32",
  parameters: 5,
  rounds: 5,
  unitsPerRound: 2,
  secondsPerUnit: 1,
  programRunsPerUnit: 512,
  runtimeCallsPerUnit: 1024,
  shareOfPeak: 0.456,
  peakGflops: 124,
  peakMemoryBytes: 300e6,
  peerPeakMemoryBytes: 400e6,
  ratio: 1.004,
  peer: { ...speed, tokensPerSecond: 1000, versions: { torch: "2.15.0" } },
};

const made = { date: "2026-01-02", commit: "b075ace" };

const pageOf = (measured: readonly Measured[]) =>
  performancePage({
    measured,
    machine: "a machine",
    engines: "Nothing.",
    tried: "## What was tried\n\nMuch.",
  });

test("every shape is measured on one thread and on two, by arguments that the bench has", () => {
  const all = measurements(false);
  assert.is(all.length, 18);
  for (const { args, threads } of all) {
    assert.ok(args[args.indexOf("--shape") + 1]! in benchShapes);
    const same = all.filter((each) => each.args.join() === args.join());
    assert.equal(same.map((each) => each.threads).sort(), [1, 2], `${args} on ${threads}`);
  }
  const full = measurements(true).filter(({ args }) => args[0] === "generate");
  assert.ok(full.every(({ args }) => args.includes("512")));
});

test("a row says what was reached and whether that was the aim", () => {
  const all = measurements(true).map((each) => ({ ...each, ...made, result }));
  const page = pageOf(all);
  assert.match(page, /^# Performance\n\nMeasured by .* on 2026-01-02, and written by it/);
  assert.match(page, /- Code: commit b075ace\n/);
  const row = "| 1,235 | 1,000 | **1.00** | 1.0 | yes | -3 % to +4 % |";
  assert.ok(page.includes(`| training, gpt2-12m | 1 ${row}`), page);
  assert.match(page, /\| training, gpt2-12m \| 2 .* 1\.1 \| no \|/);
  assert.match(page, /56\.8 \| 46 % \| 512 \| 1024 \|/, "a step's calls");
  assert.match(page, /generation of 512 tokens.* 46 % \| 1 \| 2 \|/, "a token's calls");
  assert.match(page, /\| training, gpt2-12m \| 1 \| 300 \| 400 \| 0\.75 \| 0\.9 \| yes \|/);
  assert.match(page, /Missed: 10 of 18 targets/);
  assert.match(page, /## What was tried\n\nMuch\.\n$/);
});

test("the part about other engines is between marks, and says of each what it is beside", () => {
  const all = engineMeasurements(["xla"]).map((each) => ({ ...each, ...made, result }));
  assert.is(all.length, 16, "four shapes, two precisions, one thread and two");
  for (const { args } of all) assert.ok(args[args.indexOf("--shape") + 1]! in benchShapes);

  const section = enginesSection(all, "a machine");
  assert.ok(section.includes("| adapters of rank 16, llama-100m | xla | float32 | 1 |"), section);
  assert.match(section, /--engines xla` on 2026-01-02, commit b075ace, a machine; ONNX Runtime 1/);
  const row =
    "| training, gpt2-12m | xla | bfloat16 | 2 | 1,235 | 1,000 | **1.00** | -3 % to +4 % |";
  assert.ok(section.includes(row), section);
  assert.match(section, /\| 300 \| 400 \| 0\.75 \|/);
  const page = pageOf(measurements(true).map((each) => ({ ...each, ...made, result })));
  assert.match(withSection(page, enginesMark, section), /begin -->\n\nMeasured by/);
  assert.ok(page.includes("<!-- engines: begin -->\n\nNothing.\n\n<!-- engines: end -->"));
});

test("figures beside several versions of a package name them all", () => {
  const versions = [
    { torch: "2.15.0", peft: "0.21" },
    { torch: "2.14.0", peft: "0.21" },
  ];
  const measured = measurements(true).map((each, i) => {
    const peer = { ...result.peer, versions: versions[i % 2]! };
    return { ...each, ...made, result: { ...result, peer } };
  });
  assert.match(pageOf(measured), /- The peer: torch 2\.14\.0 and 2\.15\.0, peft 0\.21; as many/);
});

test("where nothing is missed the page says so", () => {
  const fast = { ...result, ratio: 9 };
  const page = pageOf(measurements(false).map((each) => ({ ...each, ...made, result: fast })));
  assert.match(page, /Every target is met/);
});

test("a page of fewer than five rounds says that it is a draft", () => {
  const few = { ...result, rounds: 3 };
  const page = pageOf(measurements(true).map((each) => ({ ...each, ...made, result: few })));
  assert.match(page, /^# Performance\n\n\*\*A draft\.\*\* Medians of 3 rounds, fewer than the 5/);
});

test("how long a measurement takes is told before: longer with more rounds and whole sequences", () => {
  for (const each of measurements(false)) {
    assert.ok(expectedSeconds(each, 5) > 30 && expectedSeconds(each, 5) < 600, each.title);
    assert.ok(expectedSeconds(each, 5) > expectedSeconds(each, 3), each.title);
  }
  const total = (full: boolean) =>
    measurements(full).reduce((sum, each) => sum + expectedSeconds(each, 5), 0);
  assert.ok(total(true) > total(false));
});

test.run();
