/** The engine contract beside the numbers: buffers, donation, errors, what is alive. */
import * as assert from "uvu/assert";
import { type Buffer, type Engine, EngineError, Graph, ops } from "../../../engine/index.ts";

export type ContractTests = Readonly<
  Record<string, (start: () => Promise<Engine>) => Promise<void>>
>;

const float = (...shape: number[]) => ({ dtype: "float32", shape }) as const;

/** `out = a + b` over two floats. */
function addition(): Graph {
  const graph = new Graph();
  graph.output("out", ops.add(graph.input("a", [2]), graph.input("b", [2])));
  return graph;
}

/** `next = state + by`, in place. */
function counter(engine: Engine) {
  const graph = new Graph();
  graph.output("next", ops.add(graph.input("state", [2]), graph.input("by", [2])));
  return engine.compile(graph, { name: "counter", donate: { next: "state" } });
}

function refused(run: () => void, message: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert.instance(error, EngineError);
    assert.match((error as Error).message, message);
    return true;
  });
}

export const contractTests: ContractTests = {
  async "describes itself"(start) {
    const engine = await start();
    const { name, summary, version, device, threads } = engine.describe();
    assert.is(name, engine.name);
    assert.ok(summary.length > 0 && device.length > 0);
    assert.match(version, /^\d+\.\d+/);
    assert.ok(Number.isInteger(threads) && threads >= 1);
    engine.dispose();
  },

  async "a buffer holds zeros, then what is written, of every element type"(start) {
    const engine = await start();
    const data = {
      float32: Float32Array.of(1.5, -2, 3),
      int32: Int32Array.of(-1, 2, 2_147_483_647),
      uint8: Uint8Array.of(0, 7, 255),
      bool: Uint8Array.of(1, 0, 1),
    } as const;
    for (const dtype of ["float32", "int32", "uint8", "bool"] as const) {
      const buffer = engine.buffer({ dtype, shape: [3] });
      assert.equal([...buffer.read()], [0, 0, 0], dtype);
      buffer.write(data[dtype]);
      assert.equal([...buffer.read()], [...data[dtype]], dtype);
      assert.is(buffer.read().constructor, data[dtype].constructor, dtype);
      assert.equal([...engine.buffer(buffer.type, data[dtype]).read()], [...data[dtype]], dtype);
    }
    engine.dispose();
  },

  async "a buffer refuses data of another length"(start) {
    const engine = await start();
    refused(() => engine.buffer(float(2), new Float32Array(3)), /float32\[2\].*3 elements/);
    const buffer = engine.buffer(float(2));
    refused(() => buffer.write(new Float32Array(1)), /float32\[2\].*1 elements/);
    engine.dispose();
  },

  async "a run sees what was written since the last one"(start) {
    const engine = await start();
    const program = engine.compile(addition());
    const [a, b, out] = [engine.buffer(float(2)), engine.buffer(float(2)), engine.buffer(float(2))];
    for (const x of [1, 2, 3]) {
      a.write(Float32Array.of(x, x));
      program.run({ a, b }, { out });
      assert.equal([...out.read()], [x, x]);
    }
    engine.dispose();
  },

  async "an output may be an input, a constant, or the same value twice"(start) {
    const engine = await start();
    const graph = new Graph();
    const x = graph.input("x", [2]);
    const doubled = ops.add(x, x);
    graph.output("same", x);
    graph.output("constant", graph.constant(Int32Array.of(4, 5), [2], "int32"));
    graph.output("doubled", doubled);
    graph.output("again", doubled);
    const outputs = {
      same: engine.buffer(float(2)),
      constant: engine.buffer({ dtype: "int32", shape: [2] }),
      doubled: engine.buffer(float(2)),
      again: engine.buffer(float(2)),
    };
    const input = engine.buffer(float(2), Float32Array.of(1, 2));
    engine.compile(graph).run({ x: input }, outputs);
    const read = Object.values(outputs).map((buffer) => [...buffer.read()]);
    assert.equal(read, [
      [1, 2],
      [4, 5],
      [2, 4],
      [2, 4],
    ]);
    engine.dispose();
  },

  async "a donated input is updated in place, run after run"(start) {
    const engine = await start();
    const program = counter(engine);
    const state = engine.buffer(float(2));
    const by = engine.buffer(float(2), Float32Array.of(1, 2));
    for (let step = 0; step < 100; step++) program.run({ state, by }, { next: state });
    assert.equal([...state.read()], [100, 200]);
    engine.dispose();
  },

  async "a donated input that is read after its successor is made keeps its old value until then"(
    start,
  ) {
    const engine = await start();
    const graph = new Graph();
    const state = graph.input("state", [3]);
    const next = ops.multiply(state, 2);
    graph.output("next", next);
    graph.output(
      "mixed",
      ops.add(ops.matmul(ops.reshape(next, [1, 3]), ops.reshape(state, [3, 1])), 0),
    );
    graph.output("turned", ops.concat([ops.slice(state, 0, 1, 3), ops.slice(state, 0, 0, 1)], 0));
    const program = engine.compile(graph, { donate: { next: "state" } });
    const buffer = engine.buffer(float(3), Float32Array.of(1, 2, 3));
    const mixed = engine.buffer(float(1, 1));
    const turned = engine.buffer(float(3));
    program.run({ state: buffer }, { next: buffer, mixed, turned });
    assert.equal([...mixed.read()], [28]);
    assert.equal([...turned.read()], [2, 3, 1]);
    assert.equal([...buffer.read()], [2, 4, 6]);
    engine.dispose();
  },

  async "two donated inputs may swap their values"(start) {
    const engine = await start();
    const graph = new Graph();
    const [a, b] = [graph.input("a", [2]), graph.input("b", [2])];
    graph.output("nextA", ops.add(b, 0.5));
    graph.output("nextB", ops.add(a, 0.25));
    const program = engine.compile(graph, { donate: { nextA: "a", nextB: "b" } });
    const first = engine.buffer(float(2), Float32Array.of(1, 2));
    const second = engine.buffer(float(2), Float32Array.of(10, 20));
    program.run({ a: first, b: second }, { nextA: first, nextB: second });
    assert.equal([...first.read()], [10.5, 20.5]);
    assert.equal([...second.read()], [1.25, 2.25]);
    engine.dispose();
  },

  async "refuses buffers that are missing, unknown, of another type, or freed"(start) {
    const engine = await start();
    const program = engine.compile(addition(), { name: "sum" });
    const [a, b, out] = [engine.buffer(float(2)), engine.buffer(float(2)), engine.buffer(float(2))];
    const run = (inputs: Record<string, Buffer>, outputs: Record<string, Buffer>) => () =>
      program.run(inputs, outputs);
    refused(run({ a }, { out }), /sum.*"b" is missing/);
    refused(run({ a, b }, {}), /sum.*"out" is missing/);
    refused(run({ a, b, c: a }, { out }), /sum.*"c" is unknown/);
    refused(run({ a, b }, { out, rest: a }), /sum.*"rest" is unknown/);
    const other = engine.buffer(float(3));
    refused(run({ a, b: other }, { out }), /"b" is float32\[2\], the buffer float32\[3\]/);
    const integers = engine.buffer({ dtype: "int32", shape: [2] });
    refused(run({ a, b }, { out: integers }), /"out" is float32\[2\], the buffer int32\[2\]/);
    b.dispose();
    refused(run({ a, b }, { out }), /freed/);
    refused(() => b.read(), /freed/);
    engine.dispose();
  },

  async "refuses a buffer in two roles unless it is donated"(start) {
    const engine = await start();
    const program = engine.compile(addition(), { name: "sum" });
    const [a, b] = [engine.buffer(float(2)), engine.buffer(float(2))];
    refused(() => program.run({ a, b }, { out: a }), /"a" has the buffer of .*donate/);
    const inPlace = counter(engine);
    refused(() => inPlace.run({ state: a, by: b }, { next: engine.buffer(float(2)) }), /in place/);
    refused(() => inPlace.run({ state: a, by: a }, { next: a }), /"by" has the buffer of/);
    program.run({ a, b: a }, { out: b });
    engine.dispose();
  },

  async "refuses a donation of what the graph does not have"(start) {
    const engine = await start();
    const compile = (donate: Record<string, string>) => () => {
      engine.compile(addition(), { name: "sum", donate });
    };
    refused(compile({ none: "a" }), /sum.*no output "none"/);
    refused(compile({ out: "none" }), /sum.*no input "none"/);
    assert.is(engine.memory().programs, 0);
    engine.dispose();
  },

  async "refuses a buffer of another engine"(start) {
    const [engine, other] = [await start(), await start()];
    const program = engine.compile(addition());
    const [a, out] = [engine.buffer(float(2)), engine.buffer(float(2))];
    const foreign = { type: a.type, read: () => a.read(), write() {}, fill() {}, dispose() {} };
    refused(() => program.run({ a, b: foreign }, { out }), /"b" is a buffer of another engine/);
    engine.dispose();
    other.dispose();
  },

  async "what is alive is counted, and flat in a loop"(start) {
    const engine = await start();
    assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
    const program = counter(engine);
    const [state, by] = [engine.buffer(float(2)), engine.buffer(float(2))];
    const before = engine.memory();
    assert.equal(before, { buffers: 2, bytes: 16, programs: 1 });
    program.run({ state, by }, { next: state });
    const objects = engine.runtimeObjects;
    for (let step = 0; step < 50; step++) {
      program.run({ state, by }, { next: state });
      state.read();
      by.write(Float32Array.of(step, step));
    }
    assert.equal(engine.memory(), before);
    assert.is(engine.runtimeObjects, objects, "objects of the runtime");
    by.dispose();
    by.dispose();
    assert.equal(engine.memory(), { buffers: 1, bytes: 8, programs: 1 });
    program.dispose();
    program.dispose();
    assert.equal(engine.memory(), { buffers: 1, bytes: 8, programs: 0 });
    refused(() => program.run({ state, by }, { next: state }), /dispose|freed/);
    engine.dispose();
    assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
  },

  async "cannot be used after dispose"(start) {
    const engine = await start();
    const buffer = engine.buffer(float(2));
    engine.dispose();
    engine.dispose();
    refused(() => buffer.read(), /freed|dispose/);
    refused(() => engine.buffer(float(2)), /dispose/);
    refused(() => engine.compile(addition()), /dispose/);
  },
};
