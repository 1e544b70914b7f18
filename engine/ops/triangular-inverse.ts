/**
 * The inverse of a unit lower triangular matrix, by halves: that of `[A, 0; C, B]` is
 * `[A', 0; -B' C A', B']`, for all blocks of a size at once. Every number on the way is one of an inverse
 * of a part, so it is as stable as substitution row by row; the product of `I + N^(2^k)`, which takes as
 * many products, is not (powers of `N` grow and cancel).
 */
import {
  describeType,
  type Graph,
  GraphError,
  type Operation,
  type Value,
} from "../graph/index.ts";
import { multiply, negate, subtract } from "./arithmetic.ts";
import { matmul } from "./matmul.ts";

const inverseOperation: Operation = {
  name: "triangularInverse",
  infer([matrix]) {
    const [rows, columns] = matrix!.shape.slice(-2);
    if (matrix!.dtype !== "float32" || rows === undefined || rows !== columns) {
      throw new GraphError(
        `triangularInverse: needs float32 [..., n, n], got ${describeType(matrix!)}`,
      );
    }
    return [matrix!];
  },
  expand([matrix]) {
    const { graph } = matrix!;
    const size = matrix!.shape.at(-1)!;
    const part = (holds: Holds) => multiply(matrix!, ones(graph, size, holds));
    const identity = ones(graph, size, (row, column) => row === column);
    // Inverses of blocks on the diagonal, of 1, 2, 4 and more rows.
    let inverse = subtract(identity, part(joinsBlocks(1)));
    for (let block = 2; block < size; block *= 2) {
      const below = part(joinsBlocks(block));
      inverse = subtract(inverse, matmul(matmul(inverse, below), inverse));
    }
    return [inverse];
  },
  /** `-Yᵀ G Yᵀ`, of what is below the diagonal. */
  gradient({ outputs, outputGradients }) {
    const [inverse] = outputs as [Value];
    const inner = matmul(inverse, outputGradients[0]!, { transposeA: true });
    const whole = matmul(inner, inverse, { transposeB: true });
    const below = ones(inverse.graph, inverse.shape.at(-1)!, (row, column) => row > column);
    return [negate(multiply(whole, below))];
  },
};

type Holds = (row: number, column: number) => boolean;

function ones(graph: Graph, size: number, holds: Holds): Value {
  const data = Float32Array.from({ length: size * size }, (_, i) =>
    Number(holds(Math.floor(i / size), i % size)),
  );
  return graph.constant(data, [size, size], "float32");
}

/** Below the first of each two blocks, left of the second. */
const joinsBlocks =
  (block: number): Holds =>
  (row, column) => {
    const [below, left] = [Math.floor(row / block), Math.floor(column / block)];
    return below % 2 === 1 && left === below - 1;
  };

/** `(I + L)⁻¹` of the part `L` of `[..., n, n]` that is below the diagonal; the rest of it is not looked at. */
export function triangularInverse(matrix: Value): Value {
  return matrix.graph.add(inverseOperation, [matrix], {})[0]!;
}
