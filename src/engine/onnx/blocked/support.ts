/** Whether this build of the runtime multiplies blocked matrices on this processor. */
import { Graph } from "../../graph/index.ts";
import { HostBuffer } from "../buffer.ts";
import { inputPort, lowerGraph, outputPort } from "../lower.ts";
import { encodeModel } from "../model.ts";
import { type OrtEnvironment, OrtSession } from "../runtime/index.ts";
import { blockedMatmul, columnMultiple, fromBlocks, toBlocks } from "./operations.ts";

const known = new WeakMap<OrtEnvironment, boolean>();

/** The kernels are the runtime's own affair: they are used where a small product comes out exactly. */
export function multipliesBlocks(environment: OrtEnvironment): boolean {
  const answer = known.get(environment) ?? tryProduct(environment);
  known.set(environment, answer);
  return answer;
}

const side = 2 * columnMultiple;

function tryProduct(environment: OrtEnvironment): boolean {
  const graph = new Graph();
  const [a, b] = [graph.input("a", [side, side]), graph.input("b", [side, side])];
  graph.output("y", fromBlocks(blockedMatmul(toBlocks(a, false), toBlocks(b, true), null), false));
  const model = lowerGraph(graph, "blocked product", { blockElements: 0 });
  const buffers = [whole(7), whole(5), new Float32Array(side * side)].map(
    (data) =>
      new HostBuffer(environment, { dtype: "float32", shape: [side, side] }, data, () => {}),
  ) as [HostBuffer, HostBuffer, HostBuffer];
  try {
    const { threads } = environment;
    const session = new OrtSession(environment, model.name, encodeModel(model), model, { threads });
    const positionOf = (port: string) => model.inputs.findIndex(({ name }) => name === port);
    session.input(positionOf(inputPort("a")), buffers[0].tensor);
    session.input(positionOf(inputPort("b")), buffers[1].tensor);
    session.output(
      model.outputs.findIndex(({ name }) => name === outputPort("y")),
      buffers[2].tensor,
    );
    session.run();
    session.release();
    return isProductOfTransposed(buffers[0].read(), buffers[1].read(), buffers[2].read());
  } catch {
    return false;
  } finally {
    for (const buffer of buffers) buffer.dispose();
  }
}

/** Whole numbers, whose products and sums are exact. */
function whole(modulus: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => ((i * i) % modulus) - 2);
}

/** Whether it is `a bᵀ`. */
function isProductOfTransposed(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  product: ArrayLike<number>,
): boolean {
  return Array.from(product).every((found, at) => {
    const [row, column] = [Math.floor(at / side), at % side];
    let sum = 0;
    for (let k = 0; k < side; k++) sum += a[row * side + k]! * b[column * side + k]!;
    return found === sum;
  });
}
