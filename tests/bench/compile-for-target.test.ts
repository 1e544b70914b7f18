/** What `pathloom bench compile` makes of the compiler's account: needs no plug-in. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type CompileReport, targets } from "../../engine/xla/index.ts";
import { type CompiledForTarget, estimateOf } from "../../src/bench/index.ts";
import { compileText } from "../../src/cli/benching/compile-text.ts";

const memory = { arguments: 3e9, outputs: 2e9, aliased: 1e9, temporary: 4e9, code: 0 };
const allReduce = {
  kind: "all-reduce",
  devices: 8,
  count: 7,
  bytes: 500e6,
  sentBytes: 875e6,
} as const;
const backward: CompileReport = {
  program: "backward",
  operations: 1234,
  seconds: 8.04,
  runs: 1,
  memory,
  flops: 989e9,
  bytesAccessed: 480e6,
  collectives: [allReduce],
};
/** Reads and writes, and computes next to nothing. */
const adamw: CompileReport = {
  ...backward,
  program: "adamw",
  flops: 1e6,
  bytesAccessed: 48e9,
  collectives: [],
};

test("a step takes at least what its operations and its bytes take, program by program", () => {
  const { computing, exchanging } = estimateOf([backward, adamw], targets.h200, "bfloat16");
  assert.ok(Math.abs(computing - (1e-3 + 10e-3)) < 1e-9, String(computing));
  assert.ok(Math.abs(exchanging - 875e6 / 450e9) < 1e-12, String(exchanging));
});

test("what a step of four micro-batches runs four times counts four times", () => {
  const programs = [{ ...backward, runs: 4 }, adamw, { ...adamw, program: "score", runs: 0 }];
  const { computing, exchanging } = estimateOf(programs, targets.h200, "bfloat16");
  assert.ok(Math.abs(computing - (4e-3 + 10e-3)) < 1e-9, String(computing));
  assert.ok(Math.abs(exchanging - (4 * 875e6) / 450e9) < 1e-12, String(exchanging));
});

test("in float32 no tensor core helps", () => {
  const float32 = estimateOf([backward], targets.h200, "float32");
  assert.ok(Math.abs(float32.computing - 989e9 / 67e12) < 1e-9);
});

test("for people it is a table of the programs and a line an exchange", () => {
  const programs = [backward, adamw];
  const compiled: CompiledForTarget = {
    work: "a training step on 64 x 1024 tokens",
    engine: "XLA through PJRT 0.116",
    target: targets.h200,
    precision: "bfloat16",
    mesh: { data: 8, model: 1, sharded: false },
    parameters: 124_000_000,
    programs,
    estimate: estimateOf(programs, targets.h200, "bfloat16"),
  };
  const text = compileText(compiled);
  assert.match(text, /each card +8\.00 GB in the largest program, 6 % of NVIDIA H200\n/);
  assert.match(
    text,
    /a step +11\.0 ms at the card's peak in bfloat16 .*, and 1\.94 ms \(15 %\) by its links/,
  );
  assert.match(text, /\nbackward +1,234 +8\.0 s +1 +3\.00 GB +1\.00 GB +4\.00 GB +989 +480 MB\n/);
  assert.match(text, /backward: 7 all-reduce among 8: 500 MB, each card sends 875 MB$/);
});

test.run();
