/**
 * Gradients checked against central differences. The differences are taken in double precision, by
 * evaluating the primitives' plain meanings, so they are exact to about ten digits; the gradients come
 * from the engine under test.
 */
import * as assert from "uvu/assert";
import {
  type Engine,
  Graph,
  gradients,
  ops,
  sizeOf,
  type TensorData,
  type TensorType,
  type Value,
} from "../../engine/index.ts";
import { evaluate, expandComposites } from "../../engine/passes/index.ts";

export interface CheckedInput {
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** A float input whose gradient is not asked for. */
  readonly constants?: boolean;
}

export interface GradientCheckOptions {
  /** Largest difference, relative to the largest gradient of the same input (or to 1e-2, if that is larger). */
  readonly tolerance?: number;
  /** Elements of each input that are moved, spread evenly; all, if there are no more. */
  readonly elements?: number;
}

export interface GradientCheck {
  /** As the engine computed it. */
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Float32Array>>;
  /** The largest relative difference found. */
  readonly error: number;
}

/** Builds the loss with the inputs given, in a graph of its own. */
export type BuildLoss = (graph: Graph, inputs: Readonly<Record<string, Value>>) => Value;

/** Asserts that the engine's gradient by every float input agrees with finite differences. */
export function checkGradients(
  engine: Engine,
  build: BuildLoss,
  inputs: Readonly<Record<string, CheckedInput>>,
  { tolerance = 1e-4, elements = 64 }: GradientCheckOptions = {},
): GradientCheck {
  const names = Object.keys(inputs).filter(
    (name) => inputs[name]!.data instanceof Float32Array && !inputs[name]!.constants,
  );
  const { loss, gradients: analytic } = runGradients(engine, build, inputs, names);
  const lossInDouble = doublePrecisionLoss(build, inputs);
  assert.ok(close(loss, lossInDouble({}), tolerance), `loss ${loss}, exactly ${lossInDouble({})}`);
  let error = 0;
  for (const name of names) {
    const numeric = differences(name, inputs[name]!, elements, lossInDouble);
    const largest = Math.max(1e-2, ...[...numeric.values()].map(Math.abs));
    for (const [index, expected] of numeric) {
      const actual = analytic[name]![index]!;
      const difference = Math.abs(actual - expected) / largest;
      assert.ok(
        difference <= tolerance,
        `gradient by ${name}[${index}]: ${actual}, by differences ${expected}`,
      );
      error = Math.max(error, difference);
    }
  }
  return { loss, gradients: analytic, error };
}

function close(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}

function declare(graph: Graph, inputs: Readonly<Record<string, CheckedInput>>) {
  const entries = Object.entries(inputs).map(([name, { shape, data }]) => [
    name,
    graph.input(name, shape, data instanceof Float32Array ? "float32" : "int32"),
  ]);
  return Object.fromEntries(entries) as Record<string, Value>;
}

/** Loss and gradients as the engine computes them. */
export function runGradients(
  engine: Engine,
  build: BuildLoss,
  inputs: Readonly<Record<string, CheckedInput>>,
  names: readonly string[],
): { readonly loss: number; readonly gradients: Record<string, Float32Array> } {
  const graph = new Graph();
  const values = declare(graph, inputs);
  const loss = build(graph, values);
  const byInput = gradients(
    loss,
    names.map((name) => values[name]!),
  );
  graph.output("loss", loss);
  for (const [i, name] of names.entries()) graph.output(`gradient of ${name}`, byInput[i]!);
  const results = runGraph(engine, graph, dataOf(inputs));
  return {
    loss: results.loss![0]!,
    gradients: Object.fromEntries(
      names.map((name) => [name, results[`gradient of ${name}`] as Float32Array]),
    ),
  };
}

function dataOf(inputs: Readonly<Record<string, CheckedInput>>): Record<string, TensorData> {
  return Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]));
}

/** Compiles, runs once, frees. */
export function runGraph(
  engine: Engine,
  graph: Graph,
  inputs: Readonly<Record<string, TensorData>>,
): Record<string, TensorData> {
  const program = engine.compile(graph);
  const feeds = [...graph.inputs].map(
    ([name, value]) => [name, engine.buffer(value.type, inputs[name]!)] as const,
  );
  const results = [...graph.outputs].map(
    ([name, value]) => [name, engine.buffer(value.type as TensorType)] as const,
  );
  program.run(Object.fromEntries(feeds), Object.fromEntries(results));
  const read = Object.fromEntries(results.map(([name, buffer]) => [name, buffer.read().slice()]));
  for (const [, buffer] of [...feeds, ...results]) buffer.dispose();
  program.dispose();
  return read;
}

type LossInDouble = (changed: Readonly<Record<string, Float64Array>>) => number;

function doublePrecisionLoss(
  build: BuildLoss,
  inputs: Readonly<Record<string, CheckedInput>>,
): LossInDouble {
  const graph = new Graph();
  graph.output("loss", build(graph, declare(graph, inputs)));
  const primitives = expandComposites(graph);
  return (changed) => evaluate(primitives, { ...dataOf(inputs), ...changed }).loss![0]!;
}

/** How far an element is moved either way. */
const step = 1e-5;

function differences(
  name: string,
  { data, shape }: CheckedInput,
  limit: number,
  loss: LossInDouble,
): Map<number, number> {
  const size = sizeOf(shape);
  const count = Math.min(size, limit);
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
  const at = (index: number, change: number) => {
    const moved = Float64Array.from(data);
    moved[index]! += change;
    return loss({ [name]: moved });
  };
  return new Map(
    indices.map((index) => [index, (at(index, step) - at(index, -step)) / (2 * step)]),
  );
}

/** Numbers in `[low, high)`, the same for the same seed. */
export function randomFloats(
  size: number,
  seed: number,
  [low, high]: readonly [number, number] = [-1, 1],
): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0;
    return low + ((high - low) * ((mixed ^ (mixed >>> 16)) >>> 0)) / 2 ** 32;
  });
}

/** A float input of random numbers. */
export function randomInput(
  shape: readonly number[],
  seed: number,
  range: readonly [number, number] = [-1, 1],
): CheckedInput {
  return { shape, data: randomFloats(sizeOf(shape), seed, range) };
}

/** `sum(value * weights)` with random weights, so that no wrong gradient cancels out. */
export function weightedSum(value: Value): Value {
  const weights = randomFloats(sizeOf(value.shape), 97);
  return ops.sum(ops.multiply(value, value.graph.constant(weights, value.shape, "float32")));
}
