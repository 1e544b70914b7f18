/** A conformance case: a small graph, its data, and how near every engine must come to the exact result. */
import {
  type DType,
  Graph,
  gradients,
  ops,
  type TensorData,
  type Value,
} from "../../../engine/index.ts";
import { randomFloats, weightedSum } from "../finite-differences.ts";

export interface CaseInput {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: TensorData;
  /** A float input whose gradient is not asked for. */
  readonly constants?: boolean;
}

export type Values = Readonly<Record<string, Value>>;

export interface Case {
  readonly name: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  readonly build: (inputs: Values, graph: Graph) => Value | Readonly<Record<string, Value>>;
  /** Largest difference of floats, relative to the largest element of the same output. */
  readonly tolerance: number;
  /** Whether the gradient by the float inputs is compared, too. */
  readonly hasGradient: boolean;
  /** Whether that gradient is the slope: not at a kink, nor where it is left out on purpose. */
  readonly isSlope: boolean;
}

type Options = Partial<Pick<Case, "tolerance" | "hasGradient" | "isSlope">>;

/** The gradient is compared where an input is a float, unless the options say otherwise. */
export function caseOf(
  name: string,
  inputs: Case["inputs"],
  build: Case["build"],
  options: Options = {},
): Case {
  const hasGradient = trainedNames(inputs).length > 0;
  return { name, inputs, build, tolerance: 1e-5, hasGradient, isSlope: true, ...options };
}

/** A float input, random in `[low, high)`. */
export function floats(
  shape: readonly number[],
  seed = 1,
  range: readonly [number, number] = [-1, 1],
): CaseInput {
  return { shape, dtype: "float32", data: randomFloats(product(shape), seed, range) };
}

export function numbers(data: readonly number[], shape: readonly number[] = [data.length]) {
  return { shape, dtype: "float32", data: Float32Array.from(data) } satisfies CaseInput;
}

export function integers(data: readonly number[], shape: readonly number[] = [data.length]) {
  return { shape, dtype: "int32", data: Int32Array.from(data) } satisfies CaseInput;
}

/** Integers in `[0, limit)`. */
export function indices(shape: readonly number[], limit: number, seed = 1): CaseInput {
  return integers([...randomFloats(product(shape), seed, [0, limit])], shape);
}

export function flags(shape: readonly number[], seed = 1): CaseInput {
  const data = Uint8Array.from(randomFloats(product(shape), seed), (x) => (x > 0 ? 1 : 0));
  return { shape, dtype: "bool", data };
}

export const constants = (input: CaseInput): CaseInput => ({ ...input, constants: true });

export const product = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);

/** The graph of a case's results. */
export function forwardGraph(one: Case): Graph {
  const graph = new Graph();
  for (const [name, value] of Object.entries(resultsOf(one, graph))) graph.output(name, value);
  return graph;
}

/** A weighted sum of all float results. */
function lossOf(one: Case, graph: Graph): Value {
  const results = Object.values(resultsOf(one, graph)).filter(({ dtype }) => dtype === "float32");
  return results.map(weightedSum).reduce((total, each) => ops.add(total, each));
}

/** The graph of that sum. */
export function lossGraph(one: Case): Graph {
  const graph = new Graph();
  graph.output("loss", lossOf(one, graph));
  return graph;
}

/** The graph of its gradient by each float input. */
export function gradientGraph(one: Case): Graph {
  const graph = new Graph();
  const loss = lossOf(one, graph);
  const names = trainedNames(one.inputs);
  const found = gradients(
    loss,
    names.map((name) => graph.inputs.get(name)!),
  );
  for (const [i, name] of names.entries()) graph.output(`by ${name}`, found[i]!);
  return graph;
}

function resultsOf({ inputs, build }: Case, graph: Graph): Values {
  const values = Object.entries(inputs).map(([name, { shape, dtype }]) => [
    name,
    graph.input(name, shape, dtype),
  ]);
  const result = build(Object.fromEntries(values), graph);
  return "node" in result ? { out: result as Value } : (result as Values);
}

export function trainedNames(inputs: Case["inputs"]): string[] {
  return Object.keys(inputs).filter(
    (name) => inputs[name]!.dtype === "float32" && !inputs[name]!.constants,
  );
}

export function dataOf(one: Case): Record<string, TensorData> {
  return Object.fromEntries(Object.entries(one.inputs).map(([name, { data }]) => [name, data]));
}
