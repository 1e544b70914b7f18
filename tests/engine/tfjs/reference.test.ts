/** The engine `reference`: programs, buffers, donation, and what is alive. */
import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, EngineError, Graph, gradients, ops } from "../../../engine/index.ts";
import { startReference } from "../../../engine/tfjs/index.ts";

const engine: Engine = startReference();
const float = (...shape: number[]) => ({ dtype: "float32", shape }) as const;

/** `out = a * 2 + b`, over three floats. */
function affine(): Graph {
  const graph = new Graph();
  const [a, b] = [graph.input("a", [3]), graph.input("b", [3])];
  graph.output("out", ops.add(ops.multiply(a, 2), b));
  return graph;
}

test("a program computes its outputs from its inputs", () => {
  const program = engine.compile(affine());
  const a = engine.buffer(float(3), Float32Array.of(1, 2, 3));
  const b = engine.buffer(float(3), Float32Array.of(10, 20, 30));
  const out = engine.buffer(float(3));
  program.run({ a, b }, { out });
  assert.equal(out.read(), Float32Array.of(12, 24, 36));
  a.write(Float32Array.of(0, 0, 1));
  program.run({ a, b }, { out });
  assert.equal(out.read(), Float32Array.of(10, 20, 32));
  assert.is(program.operations, 2);
});

test("a buffer keeps nothing of the array that it was given", () => {
  const data = Float32Array.of(1, 2);
  const buffer = engine.buffer(float(2), data);
  data[0] = 9;
  assert.equal(buffer.read(), Float32Array.of(1, 2));
  buffer.dispose();
});

test("gradients run like any other graph", () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  const loss = ops.sum(ops.multiply(ops.exp(x), x));
  graph.output("dx", gradients(loss, [x])[0]!);
  const program = engine.compile(graph);
  const x0 = engine.buffer(float(2), Float32Array.of(0, 1));
  const dx = engine.buffer(float(2));
  program.run({ x: x0 }, { dx });
  const [first, second] = dx.read();
  assert.is(first, 1);
  assert.ok(Math.abs(second! - 2 * Math.E) < 1e-6);
});

test("an output may be an input, a constant, or the same value twice", () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  graph.output("same", x);
  graph.output("again", x);
  graph.output("seven", graph.scalar(7));
  const twice = ops.add(x, x);
  graph.output("twice", twice);
  graph.output("twiceToo", twice);
  const program = engine.compile(graph);
  const input = engine.buffer(float(2), Float32Array.of(1, 2));
  const [same, again, two, twoToo] = [1, 2, 3, 4].map(() => engine.buffer(float(2)));
  const seven = engine.buffer(float());
  const outputs = { same: same!, again: again!, twice: two!, twiceToo: twoToo!, seven };
  program.run({ x: input }, outputs);
  input.write(Float32Array.of(0, 0));
  assert.equal(same!.read(), Float32Array.of(1, 2));
  same!.dispose();
  two!.dispose();
  assert.equal(again!.read(), Float32Array.of(1, 2));
  assert.equal(twoToo!.read(), Float32Array.of(2, 4));
  assert.equal(seven.read(), Float32Array.of(7));
});

test("a donated input is updated in place, a hundred times without a tensor more", () => {
  const graph = new Graph();
  const x = graph.input("x", [4]);
  graph.output("next", ops.add(x, 1));
  const program = engine.compile(graph, { donate: { next: "x" } });
  const state = engine.buffer(float(4));
  program.run({ x: state }, { next: state });
  const tensors = tf.memory().numTensors;
  for (let step = 0; step < 99; step++) program.run({ x: state }, { next: state });
  assert.is(tf.memory().numTensors, tensors);
  assert.equal(state.read(), Float32Array.of(100, 100, 100, 100));
});

test("a run that fails says where, leaks nothing, and loses only what it was to update", () => {
  const graph = new Graph();
  const table = graph.input("table", [2, 2]);
  const indices = graph.input("indices", [1], "int32");
  const rows = graph.scope("embed", () => ops.gather(table, indices));
  graph.output("out", ops.add(rows, table));
  const program = engine.compile(graph, { name: "lookup", donate: { out: "table" } });
  const state = engine.buffer(float(2, 2));
  const index = engine.buffer({ dtype: "int32", shape: [1] }, Int32Array.of(5));
  const tensors = tf.memory().numTensors;
  assert.throws(
    () => program.run({ table: state, indices: index }, { out: state }),
    (error: unknown) =>
      error instanceof EngineError && /lookup: gather\(.*\) in embed: .*5/.test(error.message),
  );
  assert.is(tf.memory().numTensors, tensors - 1);
  assert.throws(() => state.read(), /lost in a run that failed/);
  state.write(Float32Array.of(1, 2, 3, 4));
  index.write(Int32Array.of(1));
  program.run({ table: state, indices: index }, { out: state });
  assert.equal(state.read(), Float32Array.of(4, 6, 6, 8));
});

test("memory says what is alive, and dispose frees it all", () => {
  const own = startReference();
  const before = tf.memory().numTensors;
  const program = own.compile(affine());
  const buffer = own.buffer(float(3));
  own.buffer({ dtype: "uint8", shape: [5] });
  assert.equal(own.memory(), { buffers: 2, bytes: 17, programs: 1 });
  buffer.dispose();
  buffer.dispose();
  assert.equal(own.memory(), { buffers: 1, bytes: 5, programs: 1 });
  assert.throws(() => buffer.read(), /was freed/);
  own.dispose();
  assert.is(tf.memory().numTensors, before);
  assert.equal(own.memory(), { buffers: 0, bytes: 0, programs: 0 });
  assert.throws(() => program.run({}, {}), /run after dispose/);
  assert.throws(() => own.buffer(float(1)), /used after dispose/);
});

test.run();
