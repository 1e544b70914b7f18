/** The runtime's own operators switch themselves off, and what they stood for is computed without them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, Graph, ops, type TensorData } from "../../../engine/index.ts";
import { OnnxEngine } from "../../../engine/onnx/index.ts";
import {
  lowerGraph,
  lowersWith,
  type OnnxModel,
  type PrivateOperator,
  privateOperators,
} from "../../../engine/onnx/lower/index.ts";
import { type Probe, probes } from "../../../engine/onnx/private-operators/probes.ts";
import { workingOperators, works } from "../../../engine/onnx/private-operators/working.ts";
import { ortEnvironment } from "../../../engine/onnx/runtime/index.ts";
import { tuningFor } from "../../../engine/onnx/tuning.ts";
import { prepare } from "../../../engine/passes/index.ts";
import { cases } from "../conformance/all-cases.ts";
import { type Case, dataOf, forwardGraph, gradientGraph } from "../conformance/case.ts";
import { compareWithExact } from "../conformance/compare.ts";
import { deviations } from "../conformance/deviations.ts";
import { smallDecoder, smallDecoderFeeds } from "../small-decoder.ts";

const environment = ortEnvironment(2);
const tuning = tuningFor(2);

const without = (operator: PrivateOperator): ReadonlySet<PrivateOperator> =>
  new Set(privateOperators.filter((each) => each !== operator));

/** Names of the operators in a model, those within loops too; of the layout for pictures its domain. */
function operatorsIn({ nodes }: OnnxModel): Set<string> {
  return new Set(
    nodes.flatMap(({ operation, domain, attributes }) => [
      domain === "com.microsoft.nchwc" ? "nchwc" : operation,
      ...Object.values(attributes).flatMap((each) =>
        each.kind === "graph" ? [...operatorsIn(each.value)] : [],
      ),
    ]),
  );
}

function modelOf(graph: Graph, operators: ReadonlySet<PrivateOperator>, all: boolean): OnnxModel {
  const prepared = prepare(graph, { lowers: lowersWith(operators) });
  const constants = new Set(all ? graph.inputs.keys() : []);
  return lowerGraph(prepared, "test", { operators, tuning, constants });
}

test("every operator of the runtime's own is tried, and works in the release that is pinned", () => {
  assert.equal(
    probes()
      .map(({ operator }) => operator)
      .sort(),
    [...privateOperators].sort(),
  );
  const found = workingOperators(environment);
  // The layout for pictures is not there on every processor.
  const missing = privateOperators.filter((each) => each !== "nchwc" && !found.has(each));
  assert.equal(missing, []);
});

for (const probe of probes().filter(({ operator }) => operator !== "nchwc")) {
  const { operator, graph, constants = [] } = probe;
  test(`the probe of ${operator} runs it, and with it forced off nothing does`, () => {
    const isPacked = constants.length > 0;
    const whole = new Set(privateOperators);
    assert.ok(operatorsIn(modelOf(graph, whole, isPacked)).has(operator));
    assert.not.ok(operatorsIn(modelOf(graph, without(operator), isPacked)).has(operator));
  });
}

test("an operator that computes something else is switched off", () => {
  const probe = probes().find(({ operator }) => operator === "FastGelu")!;
  assert.ok(works(environment, probe));
  const wrong = new Graph();
  wrong.output("y", wrong.input("x", [3, 16]));
  assert.not.ok(works(environment, { ...probe, meaning: wrong }));
});

test("one that the runtime refuses is switched off, and leaves nothing behind", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 96]);
  // Its kernel takes no blocks of 24 numbers.
  const [codes, scales] = [
    graph.input("codes", [4, 4, 12], "uint8"),
    graph.input("scales", [4, 4]),
  ];
  const matrix = { format: "nf4", codes, scales } as const;
  graph.output("y", ops.quantizedMatmul(x, matrix, { transpose: true }));
  const data = {
    x: new Float32Array(192).fill(1),
    scales: new Float32Array(16).fill(0.1),
    codes: new Uint8Array(192).fill(0x5a),
  };
  const before = environment.library.objects;
  assert.not.ok(works(environment, { operator: "MatMulBnb4", graph, data, tolerance: 0.05 }));
  assert.is(environment.library.objects, before);
});

test("an engine says what it computes without", () => {
  const engine = new OnnxEngine({ threads: 1, withoutOperators: ["Gelu", "MatMulNBits"] });
  assert.match(engine.describe().summary, /, without Gelu, MatMulNBits/);
  engine.dispose();
});

const known = deviations.onnx ?? {};
const whole = new Set(privateOperators);
const held = cases.filter(({ name }) => known[name] === undefined);
/** By case: the operators that its model holds when all may be used. */
const operatorsOf = new Map(
  held.map((one) => [one, operatorsIn(modelOf(forwardGraph(one), whole, false))]),
);
const mostCases = 16;

/** Spread over all that hold the operator. */
function casesWith(operator: PrivateOperator): Case[] {
  const found = held.filter((one) => operatorsOf.get(one)!.has(operator));
  const step = Math.ceil(found.length / mostCases);
  return found.filter((_, i) => i % step === 0);
}

/** Those of which single cases hold none: matrices that never change, and products of many rows. */
const elsewhere: readonly PrivateOperator[] = ["MatMulNBits", "nchwc"];

for (const operator of privateOperators.filter((each) => !elsewhere.includes(each))) {
  test(`conformance cases hold without ${operator}`, () => {
    const engine = new OnnxEngine({ withoutOperators: [operator] });
    const found = casesWith(operator);
    assert.ok(found.length > 0, "no case has it");
    for (const one of found) {
      compareWithExact(engine, forwardGraph(one), dataOf(one), one.tolerance);
      if (!one.hasGradient) continue;
      compareWithExact(engine, gradientGraph(one), dataOf(one), 4 * one.tolerance);
    }
    engine.dispose();
  });
}

test("with all of them off a decoder's loss and gradients are the same", () => {
  const graph = smallDecoder();
  const held = operatorsIn(modelOf(graph, whole, false));
  assert.ok(["FusedMatMul", "FastGelu", "QuickGelu"].every((each) => held.has(each)));
  const engine = new OnnxEngine({ withoutOperators: privateOperators });
  compareWithExact(engine, graph, smallDecoderFeeds(graph), 1e-4);
  engine.dispose();
});

/** The probe's outputs with its constants given when compiling. */
function runProbe(engine: Engine, { graph, data, constants = [] }: Probe): TensorData[] {
  const fed = new Map(
    [...graph.inputs].map(([name, { type }]) => [name, engine.buffer(type, data[name])]),
  );
  const held = Object.fromEntries(constants.map((name) => [name, fed.get(name)!]));
  const program = engine.compile(graph, { constants: held });
  const results = new Map(
    [...graph.outputs].map(([name, { type }]) => [name, engine.buffer(type)]),
  );
  program.run(Object.fromEntries(fed), Object.fromEntries(results));
  return [...results.values()].map((each) => each.read());
}

test("products by packed 4-bit matrices are computed in single precision without MatMulNBits", () => {
  const probe = probes().find(({ operator }) => operator === "MatMulNBits")!;
  const [packed, plain] = [[], ["MatMulNBits" as const]].map((withoutOperators) => {
    const engine = new OnnxEngine({ withoutOperators });
    const results = runProbe(engine, probe);
    engine.dispose();
    return results[0]!;
  });
  const engine = new OnnxEngine({ withoutOperators: ["MatMulNBits"] });
  compareWithExact(engine, probe.graph, probe.data, 1e-5);
  engine.dispose();
  // Rows that are rounded to 8 bits come out otherwise.
  assert.not.equal(Array.from(packed!), Array.from(plain!));
});

test.run();
