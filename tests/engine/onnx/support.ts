/** Runs one graph on the onnx engine and on the reference, with the same numbers. */
import {
  type DType,
  type Engine,
  Graph,
  type Shape,
  sizeOf,
  type TensorData,
  type Value,
} from "../../../engine/index.ts";
import { OnnxEngine } from "../../../engine/onnx/index.ts";
import { lowers } from "../../../engine/onnx/lower/lowerings/index.ts";
import { prepare } from "../../../engine/passes/index.ts";
import { startReference } from "../../../engine/tfjs/index.ts";

export const onnx = new OnnxEngine({ threads: 2 });
export const reference: Engine = startReference();

export interface Operand {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly data: ArrayLike<number>;
}

/** Values in [-2, 2), the same for the same seed. */
export function noise(shape: Shape, seed = 1): Operand {
  let state = seed * 2654435761;
  const data = Float32Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 4 - 2;
  });
  return { shape, data };
}

export function integers(shape: Shape, values: ArrayLike<number>, dtype: DType = "int32"): Operand {
  return { shape, dtype, data: values };
}

export type Build = (...operands: Value[]) => Value | readonly Value[];

/** The prepared graph of a function of inputs `x0`, `x1`, … of those shapes, with outputs `y0`, `y1`, … */
export function graphOf(build: Build, shapes: readonly Shape[]): Graph {
  const graph = new Graph();
  const built = build(...shapes.map((shape, i) => graph.input(`x${i}`, shape)));
  const values = Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
  for (const [i, value] of values.entries()) graph.output(`y${i}`, value);
  return prepare(graph, { lowers });
}

/** The outputs of `build` over the operands. */
export function runOn(
  engine: Engine,
  build: Build,
  operands: readonly Operand[],
): readonly TensorData[] {
  const graph = new Graph();
  const inputs = operands.map(({ shape, dtype }, i) => graph.input(`x${i}`, shape, dtype));
  const built = build(...inputs);
  const values = Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
  for (const [i, value] of values.entries()) graph.output(`y${i}`, value);
  const program = engine.compile(graph, { name: "test" });
  const fed = operands.map(({ shape, dtype = "float32", data }) =>
    engine.buffer({ shape, dtype }, typed(dtype, data)),
  );
  const results = values.map((value) => engine.buffer(value.type));
  const named = <T>(prefix: string, items: readonly T[]) =>
    Object.fromEntries(items.map((item, i) => [`${prefix}${i}`, item]));
  program.run(named("x", fed), named("y", results));
  const read = results.map((buffer) => buffer.read().slice());
  program.dispose();
  for (const buffer of [...fed, ...results]) buffer.dispose();
  return read;
}

function typed(dtype: DType, data: ArrayLike<number>): TensorData {
  if (dtype === "float32") return Float32Array.from(data);
  return dtype === "int32" ? Int32Array.from(data) : Uint8Array.from(data);
}

/** @throws Error naming the first element that differs by more than the tolerance. */
export function assertClose(
  actual: readonly TensorData[],
  expected: readonly TensorData[],
  tolerance = 1e-5,
): void {
  for (const [output, values] of expected.entries()) {
    for (const [i, value] of values.entries()) {
      const got = actual[output]![i]!;
      const same = Object.is(got, value) || got === value;
      const close = Math.abs(got - value) <= tolerance * Math.max(1, Math.abs(value));
      if (!same && !close) {
        throw new Error(`output ${output}, element ${i}: ${got}, expected ${value}`);
      }
    }
  }
}

/** The onnx engine computes what the reference computes. */
export function assertAgrees(build: Build, operands: readonly Operand[], tolerance?: number): void {
  assertClose(runOn(onnx, build, operands), runOn(reference, build, operands), tolerance);
}
