/**
 * The peer's own program, bench/peer/peer.py, under a Python that need have nothing installed: beside a
 * stand-in for workloads.py, which tells what it was asked for.
 */

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, startEngine } from "../../engine/index.ts";
import {
  BenchError,
  bench,
  benchShape,
  generateWorkload,
  matmulWorkload,
  trainWorkload,
  type Workload,
} from "../../src/bench/index.ts";
import { Peer } from "../../src/bench/peer.ts";
import { skipTest } from "../testing/skip.ts";

const python = ["python3", "python"].find(
  (program) => spawnSync(program, ["-c", "import json, resource, ast"]).status === 0,
);
const peerFolder = join(import.meta.dirname, "..", "..", "bench", "peer");

const folder = mkdtempSync(join(tmpdir(), "pathloom-peer-"));
const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => {
  engine.dispose();
  rmSync(folder, { recursive: true });
});

/** A Python whose peer has these workloads. */
function pythonWith(name: string, workloads: string): string {
  const inside = join(folder, name);
  mkdirSync(inside);
  copyFileSync(join(peerFolder, "peer.py"), join(inside, "peer.py"));
  writeFileSync(join(inside, "workloads.py"), workloads);
  const program = join(inside, "run");
  writeFileSync(program, `#!/bin/sh\nexec ${python} -u ${join(inside, "peer.py")}\n`);
  chmodSync(program, 0o755);
  return program;
}

/** Counts its work in the versions that it tells; each unit takes a hundredth of a second. */
const counting = `
import time

def versions():
    return {"stand-in": "1"}

class Counting:
    parameters = 7
    trained_parameters = None
    def run(self, units):
        time.sleep(0.01 * units)

def build(work, threads, device, precision):
    if (work["kind"], threads, device, precision) != ("matmul", 2, "cpu", "bfloat16"):
        raise ValueError(f"asked for {work} on {threads} {device}")
    return Counting()
`;

const matmul = { kind: "matmul", shape: [2, 3, 4] } as const;

async function refusal(workloads: string, name: string): Promise<string> {
  try {
    const started = await Peer.start({
      python: pythonWith(name, workloads),
      work: matmul,
      threads: 2,
      device: "cpu",
      precision: "bfloat16",
    });
    started.end();
  } catch (error) {
    assert.instance(error, BenchError);
    return (error as Error).message;
  }
  return "";
}

/** Reads the real workloads.py, without torch, for what each kind of work is asked: `work["..."]`. */
const reading = `
import ast

CLASSES = {"matmul": "Matmul", "train": "Train", "generate": "Generate"}

def wanted(kind):
    tree = ast.parse(open(${JSON.stringify(join(peerFolder, "workloads.py"))}).read())
    known = next(node for node in ast.walk(tree) if isinstance(node, ast.Dict) and any(
        isinstance(key, ast.Constant) and key.value == "matmul" for key in node.keys))
    assert {key.value for key in known.keys} == set(CLASSES), "kinds of work"
    body = next(node for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == CLASSES[kind])
    return {node.slice.value for node in ast.walk(body) if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name) and node.value.id == "work"}

def versions():
    return {}

class Nothing:
    def run(self, units):
        pass

def build(work, threads, device, precision):
    keys, asked = set(work) - {"kind"}, wanted(work["kind"])
    if keys != asked:
        raise ValueError(f"{work['kind']} was told {sorted(keys)} and asks for {sorted(asked)}")
    nothing = Nothing()
    nothing.parameters, nothing.trained_parameters = PARAMETERS
    return nothing
`;

if (python === undefined) {
  skipTest("the protocol of bench/peer: there is no python3");
  test.skip("the protocol of bench/peer");
} else {
  test("it is ready with what it built, and answers each round with its seconds and memory", async () => {
    const options = { work: matmul, threads: 2, device: "cpu", precision: "bfloat16" } as const;
    const peer = await Peer.start({ ...options, python: pythonWith("counting", counting) });
    try {
      assert.equal(peer.ready.versions, { "stand-in": "1" });
      assert.equal([peer.ready.parameters, peer.ready.trainedParameters], [7, null]);
      const [brief, long] = [await peer.round(1), await peer.round(8)];
      assert.ok(brief.seconds >= 0.01 && brief.seconds < long.seconds, `${brief.seconds}`);
      assert.ok(long.seconds >= 0.08, `${long.seconds}`);
      assert.ok(brief.peakMemoryBytes > 2e6 && brief.peakMemoryBytes < 1e9, "bytes");
      assert.ok(long.peakMemoryBytes >= brief.peakMemoryBytes);
    } finally {
      peer.end();
    }
  });

  test("what it cannot build it says, with what to do", async () => {
    assert.match(
      await refusal("import a_package_that_is_not_there", "lacking"),
      /a_package_that_is_not_there is missing in .*: pip install -r bench\/requirements\.txt/,
    );
    assert.match(
      await refusal(`def build(*_): raise ValueError("no such shape")`, "refusing"),
      /the peer: ValueError: no such shape/,
    );
    assert.match(
      await refusal(`def build(*_): raise KeyError("gone")`, "broken"),
      /the peer ended: KeyError: 'gone'/,
    );
  });

  test("what each kind of work is told is what workloads.py asks for, neither more nor less", async () => {
    const tiny = benchShape("tiny");
    const sizes = { batch: 2, promptTokens: 4, newTokens: 5 };
    const makers: ((on: Engine) => Workload)[] = [
      (on) => trainWorkload(on, tiny, { adapters: false }),
      (on) => trainWorkload(on, tiny, { adapters: true }),
      (on) => generateWorkload(on, tiny, sizes),
      (on) => matmulWorkload(on, [8, 8, 8]),
    ];
    for (const [i, make] of makers.entries()) {
      const { parameters, trainedParameters, dispose } = make(engine);
      dispose();
      const pair = [parameters, trainedParameters].map((each) => each ?? "None").join(", ");
      const workloads = reading.replace("PARAMETERS", pair);
      const options = { rounds: 1, secondsPerRound: 0.001 };
      const { ratio } = await bench(engine, make, {
        ...options,
        python: pythonWith(`reading-${i}`, workloads),
      });
      assert.ok(ratio! > 0);
    }
  });
}

test.run();
