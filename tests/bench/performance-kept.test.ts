/** Measurements that are kept: for which code, and what becomes of damaged ones. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { codeDigest } from "../../bench/measuring/code.ts";
import { KeptMeasurements } from "../../bench/measuring/kept.ts";
import { isQuiet } from "../../bench/measuring/machine.ts";
import { listOf, withSection } from "../../bench/measuring/page.ts";
import { commandLine, outputOf } from "../../bench/measuring/program.ts";
import { peerName } from "../../bench/performance/peer.ts";
import { resultSchema } from "../../bench/performance/result.ts";
import { skipTest } from "../testing/skip.ts";

const folder = mkdtempSync(join(tmpdir(), "pathloom-kept-"));
test.after(() => rmSync(folder, { recursive: true }));

const figures = { tokensPerSecond: 1000, gflops: 50, spread: [0.9, 1.1] as [number, number] };
const result = {
  ...figures,
  work: "work",
  engine: "ONNX Runtime",
  precision: "float32",
  parameters: 5,
  rounds: 5,
  unitsPerRound: 2,
  secondsPerUnit: 1,
  programRunsPerUnit: 3,
  runtimeCallsPerUnit: 4,
  shareOfPeak: 0.5,
  peakGflops: 100,
  peakMemoryBytes: 3e8,
  peerPeakMemoryBytes: 4e8,
  ratio: 1,
  peer: { ...figures, versions: { torch: "2" } },
};
const subject = {
  args: ["train", "--rounds", "5"],
  code: "aa",
  machine: "a machine",
  peer: "Python 3.12.3, torch 2",
};
const made = { commit: "b075ace", date: "2026-01-02", seconds: 90, busy: 0, result };

test("a measurement is recalled for the same command, code, machine and peer alone", () => {
  const kept = new KeptMeasurements(join(folder, "one"), resultSchema);
  assert.is(kept.recall(subject), null);
  kept.keep(subject, made);
  const { args, machine } = subject;
  assert.equal(kept.recall(subject), { args, machine, ...made });
  assert.is(kept.recall({ ...subject, code: "bb" }), null, "of other code");
  assert.is(kept.recall({ ...subject, machine: "another" }), null);
  assert.is(kept.recall({ ...subject, peer: "Python 3.12.3, torch 3" }), null);
  assert.is(kept.recall({ ...subject, args: ["train", "--rounds", "3"] }), null);
  kept.forget(subject);
  assert.is(kept.recall(subject), null);
});

function fakePython(name: string, body: string): string {
  const program = join(folder, name);
  writeFileSync(program, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return program;
}

test("the peer is its Python's versions, asked anew each time", () => {
  const python = fakePython("python-a", "echo Python 3.12.3, torch 2");
  assert.is(peerName(python), "Python 3.12.3, torch 2");
  fakePython("python-a", "echo Python 3.12.3, torch 3");
  assert.is(peerName(python), "Python 3.12.3, torch 3");
  const failing = fakePython("python-b", "echo no module >&2; exit 1");
  assert.throws(() => peerName(failing), /--python .*python-b: no module/);
  assert.throws(() => peerName(join(folder, "python-c")), /--python .*python-c: .*ENOENT/);
  assert.throws(() => peerName(folder), /no virtual environment/);
});

test("a Python says which of the packages it has", () => {
  if (spawnSync("python3", ["--version"]).status !== 0) {
    skipTest("the peer's name: there is no python3");
    return;
  }
  const part = (name: string) => `(no ${name}|${name} \\d[^ ,]*)`;
  const parts = ["torch", "transformers", "peft"].map(part).join(", ");
  assert.match(peerName("python3"), new RegExp(`^Python 3\\.[\\d.]+\\S*, ${parts}$`));
});

test("what a measurement says arrives whole, however it is cut", async () => {
  const root = join(folder, "cutting");
  mkdirSync(join(root, "dist/src/cli"), { recursive: true });
  const program = `const bytes = Buffer.from("no such file: häuser");
const cut = bytes.indexOf("ä") + 1;
process.stderr.write(bytes.subarray(0, cut));
setTimeout(() => {
  process.stderr.write(bytes.subarray(cut));
  process.exitCode = 1;
}, 200);`;
  writeFileSync(join(root, "dist/src/cli/main.js"), program);
  const shown = { label: "one", expectedSeconds: 1 };
  const failure = await outputOf([commandLine(root)], shown).catch((error: Error) => error.message);
  assert.is(failure, "no such file: häuser");
});

test("how long a command takes is known from whatever code it measured last", () => {
  const kept = new KeptMeasurements(join(folder, "two"), resultSchema);
  assert.is(kept.secondsBefore(subject), null);
  kept.keep({ ...subject, code: "older" }, made);
  assert.is(kept.secondsBefore(subject), 90);
  assert.is(kept.secondsBefore({ ...subject, args: ["lora"] }), null);
});

test("a damaged file, and one of an older layout, is measured again", () => {
  const inside = join(folder, "three");
  const kept = new KeptMeasurements(inside, resultSchema);
  kept.keep(subject, made);
  const [file] = readdirSync(inside);
  for (const text of ["", "{", JSON.stringify({ date: "2026-01-02", result })]) {
    writeFileSync(join(inside, file!), text);
    assert.is(kept.recall(subject), null);
    assert.is(kept.secondsBefore(subject), null);
  }
});

test("code is what was built, the peer and the packages: nothing else changes its digest", () => {
  const root = join(folder, "root");
  for (const part of ["dist/src", "bench/peer", "docs"]) {
    mkdirSync(join(root, part), { recursive: true });
  }
  const write = (file: string, text: string) => {
    writeFileSync(join(root, file), text);
    return codeDigest(root);
  };
  write("package-lock.json", "{}");
  write("bench/peer/peer.py", "pass");
  const first = write("dist/src/a.js", "1");
  assert.is(write("docs/page.md", "words"), first);
  const digests = [
    first,
    write("dist/src/a.js", "2"),
    write("dist/src/b.js", "2"),
    write("bench/peer/peer.py", "None"),
    write("package-lock.json", "[]"),
  ];
  assert.is(new Set(digests).size, digests.length);
  assert.is(codeDigest(root), digests.at(-1));
});

test("a part of a page is replaced, and what lies around it stays", () => {
  const page = "before <!-- one: begin -->old<!-- one: end --> after";
  const made = withSection(page, "one", "new");
  assert.is(made, "before <!-- one: begin -->\n\nnew\n\n<!-- one: end --> after");
  assert.is(withSection(made, "one", "new"), made);
  assert.throws(() => withSection(page, "two", "new"), /two: begin/);
});

test("what figures are from is said once, and other work is known from a little", () => {
  assert.is(listOf(["b", "a", "b"], "; "), "a; b");
  assert.ok(isQuiet(0.02));
  assert.not.ok(isQuiet(0.5));
});

test.run();
