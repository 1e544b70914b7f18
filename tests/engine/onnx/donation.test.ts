/** Outputs that update an input in place hold the same numbers as outputs with memory of their own. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Buffer,
  type Engine,
  EngineError,
  Graph,
  ops,
  type Shape,
  type TensorData,
  type Value,
} from "../../../engine/index.ts";
import { canOverwrite, overwritable } from "../../../engine/onnx/donation.ts";
import { lowerGraph } from "../../../engine/onnx/lower/lower.ts";
import { assertClose, noise, onnx, reference } from "./support.ts";

type Step = (state: Value, other: Value) => Value;

function graphOf(shape: Shape, step: Step): Graph {
  const graph = new Graph();
  const state = graph.input("state", shape);
  graph.output("next", step(state, graph.input("other", shape)));
  return graph;
}

/** The state after three steps. */
function threeSteps(engine: Engine, shape: Shape, step: Step) {
  const program = engine.compile(graphOf(shape, step), { donate: { next: "state" } });
  const type = { dtype: "float32", shape } as const;
  const state = engine.buffer(type, Float32Array.from(noise(shape, 1).data));
  const other = engine.buffer(type, Float32Array.from(noise(shape, 2).data));
  for (let i = 0; i < 3; i++) program.run({ state, other }, { next: state });
  const result = state.read().slice();
  for (const each of [program, state, other]) each.dispose();
  return result;
}

const inPlace: Record<string, Step> = {
  "one elementwise node": (state, other) => ops.add(state, other),
  "a chain that reads the state at its start and end": (state, other) =>
    ops.subtract(ops.multiply(state, 0.9), ops.multiply(ops.sqrt(ops.absolute(state)), other)),
  "every function of one operand": (state, other) =>
    [ops.exp, ops.tanh, ops.sigmoid, ops.erf, ops.sine, ops.cosine, ops.negate].reduce(
      (value, apply) => ops.add(apply(value), ops.multiply(other, 0.1)),
      state,
    ),
  "a choice": (state, other) => ops.select(ops.less(state, other), state, other),
  "a reshaped state": (state, other) => ops.add(state, ops.multiply(ops.negate(state), other)),
  "a product that is read before": (state, other) => ops.add(ops.matmul(state, other), state),
};

const notInPlace: Record<string, Step> = {
  "a transposition": (state) => ops.transpose(state, [1, 0]),
  "a matrix product": (state, other) => ops.matmul(state, other),
  "softmax of the state": (state) => ops.softmax(state),
  "a row of sums read beside": (state, other) =>
    ops.add(ops.transpose(state, [1, 0]), ops.multiply(other, state)),
};

for (const [name, step] of Object.entries(inPlace)) {
  test(`${name}: written in place`, () => {
    const model = lowerGraph(graphOf([37, 37], step), "test");
    assert.ok(canOverwrite(model.nodes, "in:state", "out:next"));
    const expected = threeSteps(reference, [37, 37], step);
    assertClose([threeSteps(onnx, [37, 37], step)], [expected], 1e-4);
  });
}

for (const [name, step] of Object.entries(notInPlace)) {
  test(`${name}: the same result, by a second array`, () => {
    const expected = threeSteps(reference, [37, 37], step);
    assertClose([threeSteps(onnx, [37, 37], step)], [expected], 1e-4);
  });
}

test("what reads the old value after or beside the writer forbids writing in place", () => {
  const graph = new Graph();
  const state = graph.input("state", [4, 4]);
  graph.output("next", ops.multiply(state, 2));
  graph.output("old", ops.transpose(state, [1, 0]));
  const { nodes } = lowerGraph(graph, "test");
  assert.not(canOverwrite(nodes, "in:state", "out:next"));

  const program = onnx.compile(graph, { donate: { next: "state" } });
  const type = { dtype: "float32", shape: [4, 4] } as const;
  const values = Float32Array.from({ length: 16 }, (_, i) => i);
  const [buffer, old] = [onnx.buffer(type, values), onnx.buffer(type)];
  program.run({ state: buffer }, { next: buffer, old });
  assert.equal([...old.read()].slice(0, 5), [0, 4, 8, 12, 1]);
  assert.equal([...buffer.read()].slice(0, 3), [0, 2, 4]);
});

test("a view of the old value counts as the old value", () => {
  const graph = new Graph();
  const state = graph.input("state", [2, 8]);
  graph.output("next", ops.multiply(state, 2));
  graph.output("old", ops.transpose(ops.reshape(state, [8, 2]), [1, 0]));
  assert.not(canOverwrite(lowerGraph(graph, "test").nodes, "in:state", "out:next"));
});

test("a cache is written in place, the other rows untouched", () => {
  const graph = new Graph();
  const cache = graph.input("cache", [2, 2, 8, 3]);
  const update = graph.input("update", [2, 2, 2, 3]);
  const positions = graph.input("positions", [2, 2], "int32");
  graph.output("cache", ops.cacheWrite(cache, update, positions));
  graph.output("sum", ops.sum(graph.outputs.get("cache")!, [2]));
  const { nodes } = lowerGraph(graph, "test");
  assert.ok(canOverwrite(nodes, "in:cache", "out:cache"));

  const results = [onnx, reference].map((engine) => {
    const program = engine.compile(graph, { donate: { cache: "cache" } });
    const filled = (shape: Shape, seed: number) =>
      engine.buffer({ dtype: "float32", shape }, Float32Array.from(noise(shape, seed).data));
    const state = filled([2, 2, 8, 3], 1);
    const sum = engine.buffer({ dtype: "float32", shape: [2, 2, 3] });
    const places = engine.buffer({ dtype: "int32", shape: [2, 2] }, Int32Array.of(0, 3, 7, 2));
    const fed = { cache: state, update: filled([2, 2, 2, 3], 2), positions: places };
    program.run(fed, { cache: state, sum });
    return [state.read().slice(), sum.read().slice()];
  });
  assertClose(results[0]!, results[1]!);
});

test("a scatter whose updates are its own target is not in place", () => {
  const graph = new Graph();
  const cache = graph.input("cache", [1, 1, 4, 4]);
  const positions = graph.constant(Int32Array.of(3, 2, 1, 0), [1, 4], "int32");
  graph.output("cache", ops.cacheWrite(cache, cache, positions));
  const { nodes } = lowerGraph(graph, "test");
  assert.not(canOverwrite(nodes, "in:cache", "out:cache"));
});

test("attention writes both of its caches in place or neither, the other rows untouched", () => {
  const graph = new Graph();
  const heads = (name: string) => graph.input(name, [2, 2, 1, 8]);
  const cache = (name: string) => graph.input(name, [2, 2, 6, 8]);
  const positions = graph.input("positions", [2, 1], "int32");
  const { output, keys, values } = ops.cachedAttention({
    query: heads("query"),
    key: heads("key"),
    value: heads("value"),
    keys: cache("keys"),
    values: cache("values"),
    positions,
  });
  for (const [name, value] of Object.entries({ output, keys, values })) graph.output(name, value);
  const { nodes } = lowerGraph(graph, "test");
  const both = [["out:keys", "in:keys"] as const, ["out:values", "in:values"] as const];
  assert.equal([...overwritable(nodes, new Map(both))], ["out:keys", "out:values"]);
  assert.equal([...overwritable(nodes, new Map(both.slice(1)))], []);
  assert.equal([...overwritable(nodes, new Map([["out:keys", "in:values"]]))], []);

  for (const donated of [["keys", "values"], ["values"], []]) {
    const results = [onnx, reference].map((engine) => attendOnce(engine, graph, donated));
    assertClose(results[0]!, results[1]!);
  }
});

/** What attention gives, and the rows of the caches up to each sequence's token. */
function attendOnce(engine: Engine, graph: Graph, donated: readonly string[]): TensorData[] {
  const donate = Object.fromEntries(donated.map((name) => [name, name]));
  const program = engine.compile(graph, { donate });
  const filled = [...graph.inputs].map(([name, { type }], i): [string, Buffer] => {
    const isPlaces = type.dtype === "int32";
    const data = isPlaces ? Int32Array.of(0, 4) : Float32Array.from(noise(type.shape, i + 1).data);
    return [name, engine.buffer(type, data)];
  });
  const fed = Object.fromEntries(filled);
  const outputs = Object.fromEntries(
    [...graph.outputs].map(([name, { type }]): [string, Buffer] => [
      name,
      donated.includes(name) ? fed[name]! : engine.buffer(type),
    ]),
  );
  program.run(fed, outputs);
  const [first, second] = [8, 5 * 8];
  const written = (name: string) => {
    const all = outputs[name]!.read();
    const headsOf = (row: number, length: number) =>
      [2 * row, 2 * row + 1].map((head) => all.slice(head * 48, head * 48 + length));
    return [...headsOf(0, first), ...headsOf(1, second)];
  };
  return [outputs.output!.read().slice(), ...written("keys"), ...written("values")];
}

test("donations that cannot be are refused by name", () => {
  const graph = () => graphOf([2], ops.add);
  const cases: [Record<string, string>, RegExp][] = [
    [{ nothing: "state" }, /no output "nothing"/],
    [{ next: "nothing" }, /no input "nothing"/],
  ];
  for (const [donate, pattern] of cases) {
    assert.throws(
      () => onnx.compile(graph(), { donate }),
      (error: unknown) => error instanceof EngineError && pattern.test(error.message),
    );
  }
  const program = onnx.compile(graph(), { name: "sum", donate: { next: "state" } });
  const [state, other, next] = [1, 2, 3].map(() =>
    onnx.buffer({ dtype: "float32", shape: [2] }),
  ) as [never, never, never];
  assert.throws(
    () => program.run({ state, other }, { next }),
    /output "next" updates input "state" in place and needs its buffer/,
  );
});

test.run();
