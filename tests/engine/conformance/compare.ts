/** What an engine computes against the exact result: the primitives' meanings in double precision. */
import * as assert from "uvu/assert";
import type { Engine, Graph, TensorData } from "../../../engine/index.ts";
import { evaluate, prepare } from "../../../engine/passes/index.ts";
import { runGraph } from "../finite-differences.ts";

/** Asserts that every output is within the tolerance; integers and booleans must be equal. */
export function compareWithExact(
  engine: Engine,
  graph: Graph,
  data: Readonly<Record<string, TensorData>>,
  tolerance: number,
): void {
  compareResults(runGraph(engine, graph, data), graph, data, tolerance);
}

/** The same of results that are there. */
export function compareResults(
  actual: Readonly<Record<string, TensorData>>,
  graph: Graph,
  data: Readonly<Record<string, TensorData>>,
  tolerance: number,
): void {
  const exact = evaluate(prepare(graph, { lowers: new Set() }), data);
  for (const [name, value] of graph.outputs) {
    const isFloat = value.dtype === "float32";
    compareElements(name, actual[name]!, exact[name]!, isFloat ? tolerance : 0);
  }
}

/** Differences are measured by the largest element, or by this where all are smaller. */
const smallestScale = 1e-2;

/** Not-a-number matches itself alone, so do the infinities. */
export function compareElements(
  name: string,
  actual: ArrayLike<number>,
  exact: ArrayLike<number>,
  tolerance: number,
): void {
  assert.is(actual.length, exact.length, `elements of ${name}`);
  const rounded = Float64Array.from(exact, (x) => (tolerance === 0 ? x : Math.fround(x)));
  const largest = rounded.reduce(
    (most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most),
    smallestScale,
  );
  for (let i = 0; i < rounded.length; i++) {
    const [a, e] = [actual[i]!, rounded[i]!];
    // Object.is tells the zeros apart, which engines need not.
    const near = a === e || Object.is(a, e) || Math.abs(a - e) <= tolerance * largest;
    assert.ok(near, `${name}[${i}] is ${a}, exactly ${e} (scale ${largest})`);
  }
}
