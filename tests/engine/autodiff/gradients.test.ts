/** Reverse mode: what is differentiated, what is not, and what is refused. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, gradients, type Operation, ops, type Value } from "../../../engine/index.ts";
import { evaluate, expandComposites } from "../../../engine/passes/index.ts";
import { startReference } from "../../../engine/tfjs/index.ts";
import { checkGradients, randomInput, weightedSum } from "../finite-differences.ts";

const engine = startReference();

test("gradients of a value that is used several times add up", () => {
  checkGradients(
    engine,
    (_graph, { x }) => {
      const y = ops.exp(x!);
      return weightedSum(ops.add(ops.multiply(y, x!), ops.divide(y, ops.add(x!, 3))));
    },
    { x: randomInput([5], 1) },
  );
});

test("by an inner value, not only by inputs", () => {
  const graph = new Graph();
  const x = graph.input("x", []);
  const y = ops.multiply(x, 2);
  const [ofY, ofX] = gradients(ops.multiply(y, y), [y, x]);
  graph.output("y", ofY!);
  graph.output("x", ofX!);
  const results = evaluate(graph, { x: Float32Array.of(3) });
  assert.is(results.y![0], 12);
  assert.is(results.x![0], 24);
});

test("of the loss by itself: 1", () => {
  const graph = new Graph();
  const loss = ops.sum(graph.input("x", [2]));
  graph.output("one", gradients(loss, [loss])[0]!);
  assert.is(evaluate(graph, { x: new Float32Array(2) }).one![0], 1);
});

test("a second derivative is the gradient of a gradient", () => {
  checkGradients(
    engine,
    (_graph, { x }) => {
      const [first] = gradients(ops.sum(ops.tanh(x!)), [x!]);
      return weightedSum(first!);
    },
    { x: randomInput([4], 2) },
  );
});

test("only what leads to the asked-for values is built", () => {
  const graph = new Graph();
  const [constants, trained, x] = ["frozen", "trained", "x"].map((name) =>
    graph.input(name, [3, 3]),
  );
  const loss = ops.sum(ops.matmul(ops.matmul(x!, constants!), trained!));
  const before = graph.nodes.length;
  gradients(loss, [trained!]);
  const added = graph.nodes.slice(before).map((node) => node.operation.name);
  assert.is(added.filter((name) => name === "matmul").length, 1);
});

test("a composite without a rule is differentiated through its expansion, however deep", () => {
  const inner: Operation = {
    name: "cube",
    infer: ([x]) => [x!],
    expand: ([x]) => [ops.multiply(x!, ops.square(x!))],
  };
  const outer: Operation = {
    name: "cubeAndDouble",
    infer: ([x]) => [x!, x!],
    expand: ([x]) => [x!.graph.add(inner, [x!], {})[0]!, ops.multiply(x!, 2)],
  };
  const build = (_graph: Graph, { x }: Readonly<Record<string, Value>>) => {
    const [cube, double] = x!.graph.add(outer, [x!], {});
    return weightedSum(ops.add(ops.multiply(cube!, double!), x!));
  };
  checkGradients(engine, build, { x: randomInput([6], 3) });
});

test("the gradients of one scope are found under its name, marked", () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  const y = graph.scope("layers.3", () => ops.tanh(x));
  gradients(ops.sum(y), [x]);
  const scopes = new Set(graph.nodes.map((node) => node.scope));
  assert.equal([...scopes], ["", "layers.3", "'", "layers.3'"]);
});

test("a loss must be a scalar that depends on every asked-for value, through differentiable operations", () => {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [2]), graph.input("y", [2])];
  assert.throws(() => gradients(x, [x]), /of shape \[2\], not of a scalar/);
  assert.throws(() => gradients(ops.sum(x), [y]), /does not depend on "y"/);
  const rounded = ops.cast(ops.cast(x, "int32"), "float32");
  assert.throws(() => gradients(ops.sum(rounded), [x]), /does not depend on "x"/);
  const opaque: Operation = { name: "opaque", infer: ([type]) => [type!] };
  const made = graph.add(opaque, [x], {})[0]!;
  assert.throws(() => gradients(ops.sum(made), [x]), /opaque has no gradient/);
});

test("an expanded graph means the same", () => {
  const graph = new Graph();
  const x = graph.input("x", [3]);
  graph.output("y", ops.softmax(ops.gelu(x)));
  const expanded = expandComposites(graph);
  assert.ok(expanded.nodes.every((node) => node.operation.expand === undefined));
  assert.equal([...expanded.outputs.keys()], ["y"]);
  const { y } = evaluate(expanded, { x: Float32Array.of(1, 2, 3) });
  assert.ok(Math.abs(y!.reduce((sum, element) => sum + element) - 1) < 1e-12);
});

test.run();
