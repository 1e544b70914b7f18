/** The conformance suite leaves no operation out, and its finite differences find a wrong gradient. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Graph, type Node, type Operation, ops, type Value } from "../../../engine/index.ts";
import { kernels } from "../../../engine/tfjs/kernels/index.ts";
import { cases } from "./all-cases.ts";
import { type Case, caseOf, floats, forwardGraph } from "./case.ts";
import { checkByDifferences } from "./differences.ts";

/** What the cases call by name, before anything is expanded or differentiated. */
function calledIn(graphs: readonly Graph[]): Map<string, Node[]> {
  const called = new Map<string, Node[]>();
  for (const node of graphs.flatMap(({ nodes }) => nodes)) {
    const { name } = node.operation;
    called.set(name, [...(called.get(name) ?? []), node]);
  }
  return called;
}

const forward = calledIn(cases.map(forwardGraph));
const differentiated = calledIn(
  cases.filter(({ hasGradient, isSlope }) => hasGradient && isSlope).map(forwardGraph),
);

/** By an operation of its name, or, where it is made of others, by a case that begins with its name. */
function isCalled(
  name: string,
  called: ReadonlyMap<string, unknown>,
  among: readonly Case[],
): boolean {
  return called.has(name) || among.some((each) => /^\w+/.exec(each.name)?.[0] === name);
}

/** Exports that make no value: facts about layouts. */
const facts = [
  "dynamicCodes",
  "outerShape",
  "scaleGroup",
  "shapeOfQuantized",
  "quantizedShape",
  "pairsOfBytes",
];

test("every function of the tensor language is called by a case", () => {
  const functions = Object.entries(ops).flatMap(([name, each]) =>
    typeof each === "function" && !facts.includes(name) ? [name] : [],
  );
  assert.ok(functions.length > 50);
  assert.equal(
    functions.filter((name) => !isCalled(name, forward, cases)),
    [],
  );
});

test("a case of maximum is none of max, and one of linearCrossEntropy none of linear", () => {
  const others = cases.filter(({ name }) => /^(maximum|linearCrossEntropy)\b/.test(name));
  const isNamed = (name: string) => isCalled(name, new Map(), others);
  for (const name of ["maximum", "linearCrossEntropy"]) assert.ok(isNamed(name), name);
  for (const name of ["max", "linear"]) assert.not.ok(isNamed(name), name);
});

test("every operation that an engine has a kernel for is called by a case", () => {
  const names = Object.keys(kernels);
  assert.equal(
    names.filter((name) => !forward.has(name)),
    [],
  );
});

test("every operation with a gradient has a case whose gradient is measured by differences", () => {
  const isFloat = ({ dtype }: Value) => dtype === "float32";
  const differentiable = ({ operation, inputs, outputs }: Node) =>
    operation.gradient !== undefined && inputs.some(isFloat) && outputs.some(isFloat);
  const names = [...forward].flatMap(([name, nodes]) => (nodes.some(differentiable) ? [name] : []));
  assert.ok(names.length > 30);
  assert.equal(
    names.filter((name) => !differentiated.has(name)),
    [],
  );
});

test("a wrong gradient rule is found", () => {
  const cube = (slope: number): Operation => ({
    name: "cube",
    infer: ([x]) => [x!],
    expand: ([x]) => [ops.multiply(ops.square(x!), x!)],
    gradient: ({ inputs, outputGradients }) => [
      ops.multiply(outputGradients[0]!, ops.multiply(ops.square(inputs[0]!), slope)),
    ],
  });
  const cubed = (slope: number) =>
    caseOf("cube", { x: floats([3, 5], 1) }, ({ x }) => x!.graph.add(cube(slope), [x!], {})[0]!);
  checkByDifferences(cubed(3));
  const wrong = whatFails(() => checkByDifferences(cubed(3.0001)));
  assert.match(wrong, /gradient by x, element 0/);
});

/** `assert.throws` lets failed assertions through. */
function whatFails(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test.run();
