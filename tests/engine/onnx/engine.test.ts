/** The engine `onnx`: buffers are the caller's memory, programs run in it, and nothing is left behind. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Buffer, EngineError, Graph, ops } from "../../../engine/index.ts";
import { OnnxEngine } from "../../../engine/onnx/index.ts";
import { startReference } from "../../../engine/tfjs/index.ts";

const { gc } = globalThis;
const engine = new OnnxEngine({ threads: 2 });
const float = (...shape: number[]) => ({ dtype: "float32", shape }) as const;
const floats = (...values: number[]): Buffer =>
  engine.buffer(float(values.length), Float32Array.from(values));

/** `out = a * 2 + b`, over three floats. */
function affine(): Graph {
  const graph = new Graph();
  const [a, b] = [graph.input("a", [3]), graph.input("b", [3])];
  graph.output("out", ops.add(ops.multiply(a, 2), b));
  return graph;
}

function message(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.instance(error, EngineError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

test("a program computes in the caller's own arrays", () => {
  const program = engine.compile(affine());
  const [a, b, out] = [floats(1, 2, 3), floats(10, 20, 30), floats(0, 0, 0)];
  const memory = out.read();
  program.run({ a, b }, { out });
  assert.equal(memory, Float32Array.of(12, 24, 36));
  a.read().set([0, 0, 1]);
  program.run({ b, a }, { out });
  assert.equal(memory, Float32Array.of(10, 20, 32));
  assert.is(program.operations, 2);
});

test("an output may be an input, a constant, or the same value twice", () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  const twice = ops.add(x, x);
  graph.output("same", x);
  graph.output("seven", graph.scalar(7));
  graph.output("twice", twice);
  graph.output("again", twice);
  const program = engine.compile(graph);
  const outputs = {
    same: floats(0, 0),
    seven: engine.buffer(float()),
    twice: floats(0, 0),
    again: floats(0, 0),
  };
  program.run({ x: floats(1, -3) }, outputs);
  const read = Object.values(outputs).map((buffer) => [...buffer.read()]);
  assert.equal(read, [[1, -3], [7], [2, -6], [2, -6]]);
});

test("what does not fit is refused by name", () => {
  const program = engine.compile(affine(), { name: "affine" });
  const [a, b, out] = [floats(1, 2, 3), floats(1, 2, 3), floats(0, 0, 0)];
  const cases: [() => unknown, string][] = [
    [() => program.run({ a }, { out }), 'affine: input "b" is missing'],
    [() => program.run({ a, b, c: a }, { out }), 'affine: input "c" is unknown'],
    [() => program.run({ a, b }, {}), 'affine: output "out" is missing'],
    [
      () => program.run({ a, b: floats(1) }, { out }),
      'affine: input "b" is float32[3], the buffer float32[1]',
    ],
    [
      () => program.run({ a, b: startReference().buffer(float(3)) }, { out }),
      'affine: input "b" is a buffer of another engine',
    ],
    [() => out.write(Float32Array.of(1)), "a buffer float32[3] got 1 elements"],
    [
      () => new OnnxEngine({ threads: 0 }),
      "the onnx engine needs a whole number of threads, got 0",
    ],
  ];
  for (const [action, expected] of cases) assert.is(message(action), expected);
  assert.match(
    message(() => program.run({ a, b }, { out: a })),
    /has the buffer of output "out"/,
  );
});

test("an operation that it cannot run is named with its place", () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  const strange = { name: "strange", infer: () => [x.type] };
  graph.scope("layers.3", () => graph.output("y", graph.add(strange, [x], {})[0]!));
  assert.is(
    message(() => engine.compile(graph)),
    "the onnx engine cannot run strange(float32[2]) in layers.3",
  );
});

test("a node that fails at the run is named with its place", () => {
  const graph = new Graph();
  const [table, ids] = [graph.input("table", [4, 2]), graph.input("ids", [1], "int32")];
  graph.scope("embedding", () => graph.output("rows", ops.gather(table, ids)));
  const program = engine.compile(graph, { name: "lookup" });
  const inputs = {
    table: engine.buffer(float(4, 2)),
    ids: engine.buffer({ dtype: "int32", shape: [1] }, Int32Array.of(9)),
  };
  const said = message(() => program.run(inputs, { rows: engine.buffer(float(1, 2)) }));
  assert.match(said, /^lookup: .*embedding\/gather.*idx=9/s);
});

test("freed buffers, programs and engines are not used", () => {
  const own = new OnnxEngine({ threads: 1 });
  const program = own.compile(affine());
  const [a, b, out] = [own.buffer(float(3)), own.buffer(float(3)), own.buffer(float(3))];
  program.run({ a, b }, { out });
  a.dispose();
  assert.is(
    message(() => program.run({ a, b }, { out })),
    "a buffer float32[3] was freed",
  );
  program.dispose();
  assert.is(
    message(() => program.run({ a, b }, { out })),
    "program: run after dispose",
  );
  own.dispose();
  assert.equal(own.memory(), { buffers: 0, bytes: 0, programs: 0 });
  assert.is(
    message(() => own.buffer(float(3))),
    "the onnx engine is used after dispose",
  );
});

test("it says what it is", () => {
  const { name, summary, device, threads, version } = engine.describe();
  assert.equal({ name, device, threads }, { name: "onnx", device: "CPU", threads: 2 });
  assert.is(summary, `ONNX Runtime ${version}, CPU, 2 threads`);
});

test("two engines with other numbers of threads agree to the last bit where one adds no sums", () => {
  const single = new OnnxEngine({ threads: 1 });
  const results = [engine, single].map((each) => {
    const graph = new Graph();
    graph.output("y", ops.exp(graph.input("x", [5000])));
    const program = each.compile(graph);
    const x = each.buffer(
      float(5000),
      Float32Array.from({ length: 5000 }, (_, i) => i / 1000),
    );
    const y = each.buffer(float(5000));
    program.run({ x }, { y });
    return y.read();
  });
  single.dispose();
  assert.equal(results[0], results[1]);
});

test("the same program on the same numbers gives the same bits", () => {
  const graph = new Graph();
  const x = graph.input("x", [64, 96]);
  graph.output("y", ops.sum(ops.softmax(ops.matmul(x, x, { transposeB: true })), [0]));
  const program = engine.compile(graph);
  const data = Float32Array.from({ length: 64 * 96 }, (_, i) => Math.sin(i));
  const run = () => {
    const [fed, y] = [engine.buffer(float(64, 96), data), engine.buffer(float(64))];
    program.run({ x: fed }, { y });
    return y.read();
  };
  const first = run();
  for (let i = 0; i < 20; i++) assert.equal(run(), first);
});

/** `y = softmax(x x)`, over 256 by 256 floats. */
function squareProgram(): Graph {
  const graph = new Graph();
  const x = graph.input("x", [256, 256]);
  graph.output("y", ops.softmax(ops.matmul(x, x)));
  return graph;
}

test("200 runs leave resident memory where it was", () => {
  const program = engine.compile(squareProgram());
  const [x, y] = [engine.buffer(float(256, 256)), engine.buffer(float(256, 256))];
  for (let i = 0; i < 100; i++) program.run({ x }, { y });
  gc?.();
  const [resident, alive] = [process.memoryUsage().rss, engine.memory()];
  for (let i = 0; i < 200; i++) program.run({ x }, { y });
  gc?.();
  const ratio = process.memoryUsage().rss / resident;
  assert.equal(engine.memory(), alive);
  assert.ok(ratio < 1.02, `resident memory grew to ${ratio} of what it was`);
});

test("what is freed is gone", () => {
  const alive = engine.memory();
  const use = () => {
    const program = engine.compile(squareProgram());
    const [x, y] = [engine.buffer(float(256, 256)), engine.buffer(float(256, 256))];
    program.run({ x }, { y });
    for (const each of [program, x, y]) each.dispose();
  };
  for (let i = 0; i < 150; i++) use();
  gc?.();
  const resident = process.memoryUsage().rss;
  for (let i = 0; i < 300; i++) use();
  gc?.();
  const grown = process.memoryUsage().rss - resident;
  assert.equal(engine.memory(), alive);
  // The buffers alone were 150 MiB.
  assert.ok(grown < 40 * 2 ** 20, `resident memory grew by ${grown} bytes`);
});

test.run();
