/** `pathloom bench` and `train --profile` from the command line. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const rounds = ["--seconds", "0.02", "--rounds", "2"];
const brief = [...rounds, "--engine", "onnx", "--threads", "1"];

test("bench train --json --profile: every figure, and where the time goes", async () => {
  const trace = join(folder, "bench.json");
  const args = ["train", "--shape", "tiny", ...brief, "--profile", trace, "--json"];
  const { code, stdout, stderr } = await pathloom(["bench", ...args]);
  assert.is(code, 0, stderr);
  const result = JSON.parse(stdout);
  for (const figure of ["tokensPerSecond", "gflops", "shareOfPeak", "peakMemoryBytes"]) {
    assert.ok(result[figure] > 0, figure);
  }
  assert.equal([result.rounds, result.draft, result.precision], [2, true, "float32"]);
  assert.ok(result.runtimeCallsPerUnit >= result.programRunsPerUnit);
  assert.is(result.spread.length, 2);
  assert.equal([result.peer, result.peerPeakMemoryBytes, result.ratio], [null, null, null]);
  assert.ok(result.profile.operations.length > 5);
  assert.ok(JSON.parse(readFileSync(trace, "utf8")).traceEvents.length > 20);
});

test("bench tokenize, for people", async () => {
  tinyRecipe(folder);
  const { code, stdout, stderr } = await pathloom([
    ...["bench", "tokenize", "--data", join(folder, "icons"), ...rounds],
  ]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /work +17 drawings, read and tokenized/);
  assert.match(stdout, /speed +[\d,]+ tokens\/s \(-\d+ % to \+\d+ %\)/);
  assert.match(stdout, /resident memory +[\d.]+ [MG]B before the rounds, [\d.]+ [MG]B after/);
  assert.match(stdout, /median of 2 rounds .*; a draft: fewer than 5 rounds say little/);
  assert.not.match(stdout, /engine|share of peak|runtime/, "none computes");
});

test("what cannot be measured is refused before anything starts", async () => {
  const refusals: [string[], RegExp][] = [
    [["train", "--shape", "none"], /no shape "none"; there are quickstart/],
    [["matmul", "--shape", "2x2"], /--shape 2x2: expected a size/],
    [["dance"], /bench dance: there are matmul, train/],
    [["tokenize"], /--data: say which drawings/],
    [["train", "--rounds", "0"], /--rounds 0: expected a whole number/],
    [["train", "--prompt", "4"], /--prompt: bench train knows no such thing; it is for generate/],
    [["train", "--python", "python3"], /--python belongs to --peer python/],
  ];
  const ended = await Promise.all(refusals.map(([args]) => pathloom(["bench", ...args])));
  for (const [i, { code, stderr }] of ended.entries()) {
    assert.match(stderr, refusals[i]![1]);
    assert.is(code, 2);
  }
});

test("bench --profile measures and profiles on the engine that is named", async () => {
  const inside = temporaryFolder();
  const args = ["matmul", "--shape", "64", ...rounds, "--engine", "reference", "--profile"];
  const { code, stdout, stderr } = await pathloom(["bench", ...args], { cwd: inside });
  assert.is(code, 0, stderr);
  assert.match(stdout, /operation +calls +ms +share\n +matmul +2 /);
  assert.ok(existsSync(join(inside, "trace.json")));
});

test("train --profile shows where the time goes and leaves no run", async () => {
  const inside = temporaryFolder();
  const recipe = tinyRecipe(inside);
  const options = { cwd: inside };
  const { code, stdout, stderr } = await pathloom(["train", "-c", recipe, "--profile"], options);
  assert.is(code, 0, stderr);
  assert.match(stdout, /operation +calls +ms +share\n.*MatMul/s);
  assert.ok(existsSync(join(inside, "trace.json")));
  assert.not.ok(existsSync(join(inside, "runs")));
});

test.run();
