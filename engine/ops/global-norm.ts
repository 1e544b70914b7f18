/** The length of all gradients together, for clipping. */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, multiply } from "./arithmetic.ts";
import { sum } from "./broadcast.ts";
import { sqrt, square } from "./functions.ts";

const sumOfSquaresOperation: Operation = {
  name: "sumOfSquares",
  infer([x]) {
    if (x!.dtype !== "float32")
      throw new GraphError(`sumOfSquares: needs float32, got ${x!.dtype}`);
    return [{ dtype: "float32", shape: [] }];
  },
  expand: ([x]) => [sum(square(x!))],
  gradient: ({ inputs, outputGradients }) => [
    multiply(inputs[0]!, multiply(outputGradients[0]!, 2)),
  ],
};

/** Of all elements; a scalar. */
export const sumOfSquares = (x: Value): Value => x.graph.add(sumOfSquaresOperation, [x], {})[0]!;

/** The Euclidean norm of all elements of all tensors: a scalar. */
export function globalNorm(gradients: readonly Value[]): Value {
  if (gradients.length === 0) throw new GraphError("globalNorm: no tensors");
  return sqrt(gradients.map(sumOfSquares).reduce((total, each) => add(total, each)));
}
