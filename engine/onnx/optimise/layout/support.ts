/** Whether this build of the runtime multiplies blocked matrices on this processor. */
import { EngineError } from "../../../engine.ts";
import { Graph, sizeOf, type TensorData, type TensorType } from "../../../graph/index.ts";
import { HostBuffer } from "../../buffer.ts";
import { encodeModel, lowerGraph } from "../../lower/index.ts";
import { type OrtEnvironment, OrtSession } from "../../runtime/index.ts";
import {
  blockedColumnSums,
  blockedMatmul,
  fromBlocks,
  sideMultiple,
  toBlocks,
} from "./operations.ts";

const known = new WeakMap<OrtEnvironment, boolean>();

/** The kernels are the runtime's own affair: they are used where a small product comes out exactly. */
export function multipliesBlocks(environment: OrtEnvironment): boolean {
  const answer = known.get(environment) ?? tryProduct(environment);
  known.set(environment, answer);
  return answer;
}

const side = 2 * sideMultiple;
const square: TensorType = { dtype: "float32", shape: [side, side] };
const row: TensorType = { dtype: "float32", shape: [side] };

/** All that the lowerings of this layout are made of, once. */
function tryProduct(environment: OrtEnvironment): boolean {
  const graph = new Graph();
  const inputs = [graph.input("a", square.shape), graph.input("b", square.shape)] as const;
  const bias = graph.input("bias", row.shape);
  const [a, b] = [toBlocks(inputs[0], false), toBlocks(inputs[1], true)];
  const product = blockedMatmul(a, b, bias);
  graph.output("rows", fromBlocks(product, false));
  graph.output("turned", fromBlocks(product, true));
  graph.output("sums", blockedColumnSums(product));
  const given = [whole(7, square), whole(5, square), whole(3, row)] as const;
  const [rows, turned, sums] = runOnce(environment, graph, given) ?? [];
  if (rows === undefined || turned === undefined || sums === undefined) return false;
  const expected = productOfTransposed(...given);
  const columns = Array.from({ length: side }, (_, column) =>
    expected.reduce((sum, value, at) => (at % side === column ? sum + value : sum), 0),
  );
  return (
    expected.every((value, at) => rows[at] === value) &&
    expected.every((value, at) => turned[(at % side) * side + Math.floor(at / side)] === value) &&
    columns.every((value, at) => Math.abs(sums[at]! - value) <= 1e-3)
  );
}

/** The outputs, or null where the runtime refuses. */
function runOnce(
  environment: OrtEnvironment,
  graph: Graph,
  given: readonly Float32Array[],
): readonly TensorData[] | null {
  const model = lowerGraph(graph, "blocked product", { blockElements: 0 });
  const buffer = (type: TensorType, data?: Float32Array) =>
    new HostBuffer(environment, type, data, () => {});
  const fed = [...graph.inputs.values()].map(({ type }, i) => buffer(type, given[i]));
  const results = [...graph.outputs.values()].map(({ type }) => buffer(type));
  let session: OrtSession | undefined;
  try {
    const { threads } = environment;
    session = new OrtSession(environment, model.name, encodeModel(model), model, { threads });
    for (const [i, { tensor }] of fed.entries()) session.input(i, tensor);
    for (const [i, { tensor }] of results.entries()) session.output(i, tensor);
    session.run();
    return results.map((result) => result.read());
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  } finally {
    session?.release();
    for (const each of [...fed, ...results]) each.dispose();
  }
}

/** Whole numbers, whose products and sums are exact. */
function whole(modulus: number, { shape }: TensorType): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * i) % modulus) - 2);
}

/** `a bᵀ` with the bias in each row. */
function productOfTransposed(a: Float32Array, b: Float32Array, bias: Float32Array): number[] {
  return Array.from({ length: side * side }, (_, at) => {
    const [row, column] = [Math.floor(at / side), at % side];
    const products = Array.from(
      { length: side },
      (_, k) => a[row * side + k]! * b[column * side + k]!,
    );
    return products.reduce((sum, each) => sum + each, bias[column]!);
  });
}
