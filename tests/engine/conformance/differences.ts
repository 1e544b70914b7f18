/**
 * The gradients that engines are compared with, against central differences of the case's result. Both
 * in double precision, so that they agree to about eight digits and a wrong rule cannot hide.
 */
import * as assert from "uvu/assert";
import { type Graph, sizeOf, type TensorData } from "../../../engine/index.ts";
import { evaluate, prepare } from "../../../engine/passes/index.ts";
import { randomFloats } from "../finite-differences.ts";
import { type Case, dataOf, gradientGraph, lossGraph, trainedNames } from "./case.ts";

/** How far an input is moved either way. */
const step = 1e-5;

/** Relative to the sum of the products' sizes, or to 1 where that is less. */
const tolerance = 1e-6;

/** Single elements of an input that are moved, beside all of them at once in a random direction. */
const elements = 4;

/** Numbers in a graph above which only the random direction is taken: a double is computed slowly. */
const large = 200_000;

/** Asserts that the gradient by every float input is the slope of the loss. */
export function checkByDifferences(one: Case): void {
  const data = dataOf(one);
  const exact = evaluate(primitives(gradientGraph(one)), data);
  const graph = primitives(lossGraph(one));
  const single = sizeOfAll(graph) > large ? 0 : elements;
  for (const name of trainedNames(one.inputs)) {
    const gradient = exact[`by ${name}`]!;
    const slope = slopesAt(graph, data, name);
    for (const [what, direction] of directions(gradient.length, single)) {
      const products = direction.map((each, i) => each * gradient[i]!);
      const expected = slope(direction);
      const found = products.reduce((sum, each) => sum + each, 0);
      const scale = products.reduce((sum, each) => sum + Math.abs(each), 0);
      assert.ok(
        Math.abs(found - expected) <= tolerance * Math.max(1, scale),
        `gradient by ${name}, ${what}: ${found}, by differences ${expected}`,
      );
    }
  }
}

const primitives = (graph: Graph): Graph => prepare(graph, { lowers: new Set() });

const sizeOfAll = (graph: Graph): number =>
  graph.nodes.flatMap(({ outputs }) => outputs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

function directions(size: number, most: number): [string, Float64Array][] {
  const count = Math.min(size, most);
  const single = Array.from({ length: count }, (_, i): [string, Float64Array] => {
    const index = Math.floor((i * size) / count);
    return [`element ${index}`, new Float64Array(size).fill(1, index, index + 1)];
  });
  return [...single, ["a random direction", Float64Array.from(randomFloats(size, 89))]];
}

/** The loss's slope along directions of an input. */
function slopesAt(graph: Graph, data: Readonly<Record<string, TensorData>>, name: string) {
  const lossAt = (direction: Float64Array, distance: number) => {
    const moved = direction.map((each, i) => data[name]![i]! + distance * each);
    return evaluate(graph, { ...data, [name]: moved }).loss![0]!;
  };
  return (direction: Float64Array): number =>
    (lossAt(direction, step) - lossAt(direction, -step)) / (2 * step);
}
