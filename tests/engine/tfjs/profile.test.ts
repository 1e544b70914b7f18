/** Profiles of the interpreter: an event an operation and a run, and no time before a device is done. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, EngineError, Graph, ops } from "../../../engine/index.ts";
import { TfjsEngine } from "../../../engine/tfjs/index.ts";
import { kernels } from "../../../engine/tfjs/kernels/index.ts";
import { type Runtime, silence } from "../../../engine/tfjs/runtime.ts";
import { mostWaiting } from "../../../engine/trace-file.ts";

silence();
const root = mkdtempSync(join(tmpdir(), "pathloom-profile-"));
test.after(() => rmSync(root, { recursive: true }));

const description = { name: "reference", summary: "", version: "", device: "CPU", threads: 1 };

function engineOn(runtime: Partial<Runtime>, folder: string): Engine {
  const whole = { tf, backend: "cpu", isAsynchronous: false, ...runtime };
  return new TfjsEngine(description, whole, kernels, folder);
}

/** `out = max(exp(x))`, `[2, 3]` to a number. */
function runTwice(engine: Engine): void {
  const graph = new Graph();
  const x = graph.input("x", [2, 3]);
  const powers = graph.scope("layer", () => ops.exp(x));
  graph.output("out", ops.max(powers, [0, 1]));
  const program = engine.compile(graph, { name: "step 1/2" });
  const input = engine.buffer({ dtype: "float32", shape: [2, 3] });
  const out = engine.buffer({ dtype: "float32", shape: [] });
  program.run({ x: input }, { out });
  program.run({ x: input }, { out });
  assert.equal(out.read(), Float32Array.of(1));
}

test("each operation of each run is an event, one after the other, whole when the engine is disposed", () => {
  const folder = mkdtempSync(join(root, "events-"));
  const engine = engineOn({}, folder);
  runTwice(engine);
  assert.equal(readdirSync(folder), []);
  engine.dispose();
  const [file = "", ...others] = readdirSync(folder);
  assert.equal(others, []);
  assert.match(file, /^step-1-2\.\d+_[\dTZ-]+\.json$/);
  const events = JSON.parse(readFileSync(join(folder, file), "utf8"));
  assert.equal(
    events.map(({ args }: { args: { op_name: string } }) => args.op_name),
    ["exp", "max", "exp", "max"],
  );
  assert.equal(events[0].args, { op_name: "exp", scope: "layer", inputs: "2x3", outputs: "2x3" });
  for (const [i, { ts, dur }] of events.entries()) {
    assert.ok(dur > 0);
    if (i > 0) assert.ok(ts >= events[i - 1].ts + events[i - 1].dur - 0.01);
  }
});

test("of a device that computes on its own every result is waited for, and nothing is left alive", () => {
  let waited = 0;
  const slice = ((...args: Parameters<typeof tf.slice>) => {
    waited++;
    return tf.slice(...args);
  }) as typeof tf.slice;
  const before = tf.memory().numTensors;
  for (const isAsynchronous of [false, true]) {
    waited = 0;
    const engine = engineOn({ tf: { ...tf, slice }, isAsynchronous }, mkdtempSync(join(root, "-")));
    runTwice(engine);
    engine.dispose();
    assert.is(waited, isAsynchronous ? 4 : 0);
  }
  assert.is(tf.memory().numTensors, before);
});

test("events of a long run reach the file on the way, and the file is one array all the same", () => {
  const folder = mkdtempSync(join(root, "long-"));
  const engine = engineOn({}, folder);
  const graph = new Graph();
  graph.output("out", ops.exp(graph.input("x", [2])));
  const program = engine.compile(graph);
  const x = engine.buffer({ dtype: "float32", shape: [2] });
  const out = engine.buffer({ dtype: "float32", shape: [2] });
  for (let i = 0; i <= 2 * mostWaiting; i++) program.run({ x }, { out });
  const [file = ""] = readdirSync(folder);
  const written = statSync(join(folder, file)).size;
  assert.ok(written > 2 * mostWaiting * 100, `${written} bytes`);
  program.dispose();
  const events = JSON.parse(readFileSync(join(folder, file), "utf8"));
  assert.is(events.length, 2 * mostWaiting + 1);
  engine.dispose();
});

test("a program that never ran leaves an empty array", () => {
  const folder = mkdtempSync(join(root, "unused-"));
  const engine = engineOn({}, folder);
  const graph = new Graph();
  graph.output("out", ops.exp(graph.input("x", [2])));
  engine.compile(graph);
  engine.dispose();
  const [file = ""] = readdirSync(folder);
  assert.equal(JSON.parse(readFileSync(join(folder, file), "utf8")), []);
});

test("a profile that cannot be written is named, and everything is disposed even so", () => {
  const before = tf.memory().numTensors;
  const folder = mkdtempSync(join(root, "gone-"));
  const engine = engineOn({}, folder);
  const graph = new Graph();
  const x = graph.input("x", [2]);
  graph.output("out", ops.add(x, graph.constant(Float32Array.of(1, 2), [2], "float32")));
  for (const name of ["first", "second"]) engine.compile(graph, { name });
  engine.buffer({ dtype: "float32", shape: [2] });
  assert.ok(tf.memory().numTensors > before);
  rmSync(folder, { recursive: true });
  assert.throws(
    () => engine.dispose(),
    (error: unknown) =>
      error instanceof EngineError &&
      /first\..*: the profile cannot be written/.test(error.message),
  );
  assert.is(tf.memory().numTensors, before);
  assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
  engine.dispose();
});

test.run();
