/** Elementwise graphs run tile by tile: the same numbers, whatever the length. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { printGraph } from "../../../engine/analysis/index.ts";
import { type Engine, Graph, ops, type Shape, type Value } from "../../../engine/index.ts";
import { encodeModel } from "../../../engine/onnx/lower/model.ts";
import { splitElementwise } from "../../../engine/onnx/optimise/tiles/index.ts";
import { ortEnvironment, shareSession } from "../../../engine/onnx/runtime/index.ts";
import { tuningFor } from "../../../engine/onnx/tuning.ts";
import { prepare } from "../../../engine/passes/index.ts";
import { assertClose, noise, onnx, reference } from "./support.ts";

const scalars = {
  learningRate: 0.01,
  weightDecay: 0.1,
  biasCorrection1: 0.1,
  biasCorrection2: 0.05,
  gradientScale: 0.5,
};

/** AdamW over one parameter, its ports prefixed. */
function addAdamw(graph: Graph, shape: Shape, prefix: string, inputs: Record<string, Value>): void {
  const tensor = (name: string) => graph.input(prefix + name, shape);
  const next = ops.adamwStep({
    parameter: tensor("parameter"),
    m: tensor("first"),
    v: tensor("second"),
    gradient: tensor("gradient"),
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    ...(inputs as Record<keyof typeof scalars, Value>),
  });
  graph.output(`${prefix}parameter`, next.parameter);
  graph.output(`${prefix}first`, next.m);
  graph.output(`${prefix}second`, next.v);
}

function adamw(shapes: readonly Shape[]): Graph {
  const graph = new Graph();
  const inputs = Object.fromEntries(
    Object.keys(scalars).map((name) => [name, graph.input(name, [])]),
  );
  for (const [i, shape] of shapes.entries()) addAdamw(graph, shape, `${i}.`, inputs);
  return graph;
}

/** Every array after two steps. */
function twoSteps(engine: Engine, graph: Graph) {
  const donors = [...graph.outputs.keys()].filter((name) => graph.inputs.has(name));
  const donate = Object.fromEntries(donors.map((name) => [name, name]));
  const program = engine.compile(graph, { donate });
  const inputs = Object.fromEntries(
    [...graph.inputs].map(([name, { type }], i) => {
      const value = scalars[name as keyof typeof scalars];
      const data = value === undefined ? noise(type.shape, i).data : [value];
      const positive = name.endsWith("second") ? Float32Array.from(data, Math.abs) : data;
      return [name, engine.buffer(type, Float32Array.from(positive))];
    }),
  );
  const outputs = Object.fromEntries(
    [...graph.outputs].map(([name, { type }]) => [name, inputs[name] ?? engine.buffer(type)]),
  );
  for (let step = 0; step < 2; step++) program.run(inputs, outputs);
  const results = Object.values(outputs).map((buffer) => buffer.read().slice());
  for (const each of [program, ...Object.values(inputs)]) each.dispose();
  return { results, operations: program.operations };
}

const lengths: Record<string, Shape> = {
  "less than a tile": [70, 71],
  "exactly one tile": [2, 65536],
  "several tiles and a rest": [263, 1025],
};

for (const [what, shape] of Object.entries(lengths)) {
  test(`AdamW in place over ${what}`, () => {
    const graph = adamw([shape]);
    assertClose(twoSteps(onnx, graph).results, twoSteps(reference, graph).results, 1e-5);
  });
}

const { smallestSize } = tuningFor(1).tiles;

test("parameters of several shapes, small ones among them, in one program", () => {
  const graph = adamw([[100, 99], [12], [300, 33], [100, 99]]);
  const { once, tiled } = splitElementwise(prepare(graph, { lowers: new Set() }), smallestSize)!;
  assert.is(tiled.length, 3);
  assert.equal([...once!.outputs.values()].filter((port) => port.kind === "output").length, 3);
  assertClose(twoSteps(onnx, graph).results, twoSteps(reference, graph).results, 1e-5);
});

test("hundreds of parameters are a part each, all of one graph; the small ones run once", () => {
  const large: Shape[] = Array.from({ length: 300 }, (_, i) => [32, 32 + i]);
  const small: Shape[] = Array.from({ length: 100 }, (_, i) => [1 + i]);
  const graph = adamw([...large, ...small]);
  const { once, tiled } = splitElementwise(prepare(graph, { lowers: new Set() }), smallestSize)!;
  const kinds = [...once!.outputs.values()].map(({ kind }) => kind);
  assert.is(kinds.filter((kind) => kind === "output").length, 3 * small.length);
  assert.is(tiled.length, large.length);
  const texts = tiled.map((part) => printGraph(part.graph).replaceAll(/\[\d{3,}\]/g, "[length]"));
  assert.is(new Set(texts).size, 1);
});

test("arrays that are brought together late are of one part, in the graph's order", () => {
  const graph = new Graph();
  const arrays = ["a", "b", "c", "d", "e"].map((name) => graph.input(name, [40, 50]));
  const [a, b, c, d, e] = arrays.map((each) => ops.multiply(each, 2));
  const [ab, cd] = [ops.add(a!, b!), ops.add(c!, d!)];
  graph.output("all", ops.subtract(ab, cd));
  graph.output("twice", ab);
  graph.output("apart", e!);
  const { once, tiled } = splitElementwise(prepare(graph, { lowers: new Set() }), smallestSize)!;
  assert.is(once, null);
  const named = tiled.map(({ outputs }) =>
    [...outputs.values()].map((port) => (port.kind === "output" ? port.name : port.kind)),
  );
  assert.equal(named, [["twice", "all"], ["apart"]]);
  assertClose(twoSteps(onnx, graph).results, twoSteps(reference, graph).results, 1e-6);
});

test("clipping by the global norm runs first, once", () => {
  const graph = new Graph();
  const [a, b] = [graph.input("a", [5000]), graph.input("b", [80, 80])];
  const norm = ops.globalNorm([a, b]);
  const scale = ops.divide(1, ops.maximum(norm, 1));
  graph.output("a", ops.multiply(a, scale));
  graph.output("b", ops.multiply(b, scale));
  graph.output("norm", norm);
  const { once, tiled } = splitElementwise(prepare(graph, { lowers: new Set() }), smallestSize)!;
  assert.is(tiled.length, 2);
  assert.equal(
    [...once!.outputs.values()].map((port) => port.kind),
    ["output", "scalar"],
  );
  assertClose(twoSteps(onnx, graph).results, twoSteps(reference, graph).results, 1e-5);
});

test("what mixes elements is not tiled", () => {
  const shapes: Shape = [128, 128];
  const kinds: Record<string, (x: Value, y: Value) => Value> = {
    "a product's result": (x, y) => ops.add(ops.matmul(x, y), x),
    "a sum's operand": (x, y) => ops.sum(ops.multiply(x, y)),
    "a broadcast row": (x, y) => ops.add(x, ops.slice(y, 0, 0, 1)),
    "a transposed use": (x, y) => ops.transpose(ops.add(x, y), [1, 0]),
  };
  for (const [name, build] of Object.entries(kinds)) {
    const graph = new Graph();
    graph.output("z", build(graph.input("x", shapes), graph.input("y", shapes)));
    assert.is(splitElementwise(graph, smallestSize), null, name);
  }
});

test("an array that is read before it is overwritten by another part stays whole", () => {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [5000]), graph.input("y", [5000])];
  graph.output("x", ops.add(ops.slice(ops.concat([y, x], 0), 0, 1, 5001), 1));
  graph.output("z", ops.multiply(x, 2));
  assertClose(twoSteps(onnx, graph).results, twoSteps(reference, graph).results, 1e-5);
});

test("crossed updates that cannot all be in place are right all the same", () => {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [5000]), graph.input("y", [5000])];
  graph.output("x", ops.add(y, 1));
  graph.output("y", ops.multiply(x, 2));
  assertClose(twoSteps(onnx, graph).results, twoSteps(reference, graph).results, 1e-5);
});

test("programs whose steps are equal share one loaded model, until the last is freed", () => {
  const environment = ortEnvironment(2);
  const node = { ...{ name: "", domain: "" as const }, inputs: ["x"], outputs: ["y"] };
  const ports = (name: string) => [{ name, type: "float32" as const, shape: ["length"] }];
  const nodes = [{ ...node, operation: "Exp", attributes: {}, captured: [] }];
  const model = { name: "m", nodes, initializers: [], inputs: ports("x"), outputs: ports("y") };
  const share = () => shareSession(environment, "m", encodeModel(model), model, { threads: 2 });
  const [first, second] = [share(), share()];
  assert.is(first.value, second.value);
  first.release();
  const third = share();
  assert.is(third.value, second.value);
  second.release();
  third.release();
  const fresh = share();
  assert.is.not(fresh.value, first.value);
  fresh.release();
});

test.run();
