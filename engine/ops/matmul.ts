/** Matrix products: where nearly all of the time of a training step goes. */
import { GraphError, type Operation, sizeOf, type TensorType, type Value } from "../graph/index.ts";
import { broadcastShapes, sumTo } from "./broadcast.ts";
import { reshape } from "./shapes.ts";

type MatmulAttributes = {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
};

export interface MatmulOptions {
  /** Take the last two axes of `a` the other way round. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Multiplies the product; costs nothing. */
  readonly scale?: number;
}

/** Rows and columns of an operand as the product sees them. */
function matrixOf(type: TensorType, transposed: boolean): [number, number] {
  const [rows, columns] = type.shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

const matmulOperation: Operation<MatmulAttributes> = {
  name: "matmul",
  infer([a, b], { transposeA, transposeB }) {
    const types = `[${a!.shape.join(", ")}]${transposeA ? "ᵀ" : ""} and [${b!.shape.join(", ")}]${transposeB ? "ᵀ" : ""}`;
    if (a!.dtype !== "float32" || b!.dtype !== "float32") {
      throw new GraphError(`matmul: needs float32, got ${a!.dtype} and ${b!.dtype}`);
    }
    if (a!.shape.length < 2 || b!.shape.length < 2) {
      throw new GraphError(`matmul: needs matrices, got ${types}`);
    }
    const [rows, inner] = matrixOf(a!, transposeA);
    const [innerB, columns] = matrixOf(b!, transposeB);
    if (inner !== innerB) throw new GraphError(`matmul: inner sizes differ: ${types}`);
    const batchA = { shape: a!.shape.slice(0, -2) };
    const batchB = { shape: b!.shape.slice(0, -2) };
    return [
      { dtype: "float32", shape: [...broadcastShapes("matmul", batchA, batchB), rows, columns] },
    ];
  },
  gradient({ inputs, attributes, outputGradients, needed }) {
    const [a, b] = inputs as [Value, Value];
    const { transposeA, transposeB, scale } = attributes;
    const gradient = outputGradients[0]!;
    const gradientA = () =>
      transposeA
        ? matmul(b, gradient, { transposeA: transposeB, transposeB: true, scale })
        : matmul(gradient, b, { transposeB: !transposeB, scale });
    const gradientB = () =>
      transposeB
        ? matmul(gradient, a, { transposeA: true, transposeB: transposeA, scale })
        : matmul(a, gradient, { transposeA: !transposeA, scale });
    return [
      needed[0] ? sumTo(gradientA(), a.shape) : null,
      needed[1] ? sumTo(gradientB(), b.shape) : null,
    ];
  },
  flops([a], [output], { transposeA }) {
    return 2 * sizeOf(output!.shape) * matrixOf(a!, transposeA)[1];
  },
};

/**
 * `[..., m, k]` by `[..., k, n]` gives `[..., m, n]`; leading axes broadcast. A matrix `b` makes one
 * product of all of `a`'s rows.
 */
export function matmul(a: Value, b: Value, options: MatmulOptions = {}): Value {
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  const attributes = { transposeA, transposeB, scale };
  if (a.shape.length > 2 && b.shape.length === 2 && !transposeA) {
    const inner = a.shape[a.shape.length - 1]!;
    const rows = reshape(a, [sizeOf(a.shape) / inner, inner]);
    const product = a.graph.add(matmulOperation, [rows, b], attributes)[0]!;
    return reshape(product, [...a.shape.slice(0, -1), product.shape[1]!]);
  }
  return a.graph.add(matmulOperation, [a, b], attributes)[0]!;
}
