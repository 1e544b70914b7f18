/**
 * Where libtensorflow does better than the JavaScript kernels' way, measured by
 * `bench/tensorflow-kernels.ts`. Operations that tfjs wraps badly are executed by their TensorFlow name.
 */
import { sizeOf } from "../../graph/index.ts";
import type { Tensor, Tf } from "../runtime.ts";
import { attributesOf, type Kernel, type Kernels } from "./kernel.ts";
import type { Product } from "./matmul.ts";
import { nativeOperation } from "./native-operation.ts";
import type { Reduction } from "./reductions.ts";
import { kernels } from "./table.ts";

const float = { type: "float32" } as const;
const index = { type: "int32" } as const;

/** tfjs's own gather reads the indices back from the device. */
function gatherRows(tf: Tf, values: Tensor, indices: Tensor, axis: number, batch: number): Tensor {
  const attributes = {
    batch_dims: { integer: batch },
    Tparams: { type: values.dtype as "float32" | "int32" | "bool" },
    Tindices: index,
    Taxis: index,
  };
  return nativeOperation(tf, "GatherV2", attributes, [values, indices, tf.scalar(axis, "int32")]);
}

const takeAlongLast: Kernel = (tf, [values, indices], node) => {
  const size = values!.shape[values!.shape.length - 1]!;
  const rows = sizeOf(indices!.shape);
  const byRow = tf.reshape(values!, [rows, size]);
  const taken = gatherRows(tf, byRow, tf.reshape(indices!, [rows, 1]), 1, 1);
  return tf.reshape(taken, [...node.outputs[0]!.shape]);
};

/** Two matrices are multiplied faster than two batches of one; batches are broadcast without a copy. */
function product(tf: Tf, a: Tensor, b: Tensor, { transposeA, transposeB }: Product): Tensor {
  if (a.shape.length !== 2 || b.shape.length !== 2) return tf.matMul(a, b, transposeA, transposeB);
  const attributes = {
    T: float,
    transpose_a: { boolean: transposeA },
    transpose_b: { boolean: transposeB },
  };
  return nativeOperation(tf, "MatMul", attributes, [a, b]);
}

/** There is no product with a factor: the smallest of operands and result is scaled. */
const matmul: Kernel = (tf, [a, b], node) => {
  const attributes = attributesOf<Product>(node);
  const { scale } = attributes;
  const size = sizeOf(node.outputs[0]!.shape);
  if (scale === 1) return product(tf, a!, b!, attributes);
  if (size <= Math.min(a!.size, b!.size)) return tf.mul(product(tf, a!, b!, attributes), scale);
  return a!.size < b!.size
    ? product(tf, tf.mul(a!, scale), b!, attributes)
    : product(tf, a!, tf.mul(b!, scale), attributes);
};

/** Rows are added up by the kernel that TensorFlow has for the gradients of biases. */
const sum: Kernel = (tf, inputs, node) => {
  const x = inputs[0]!;
  const { axes } = attributesOf<Reduction>(node);
  const last = x.shape.length - 1;
  const sumsRows = last > 0 && axes.length === last && !axes.includes(last);
  if (x.dtype !== "float32" || !sumsRows) return kernels.sum!(tf, inputs, node);
  const rows = tf.reshape(x, [-1, x.shape[last]!]);
  const total = nativeOperation(tf, "BiasAddGrad", { T: float, data_format: { text: "NHWC" } }, [
    rows,
  ]);
  return tf.reshape(total, [...node.outputs[0]!.shape]);
};

const sumOfSquares: Kernel = (tf, [x]) =>
  tf.mul(nativeOperation(tf, "L2Loss", { T: float }, [x!]), 2);

export const nativeKernels: Kernels = {
  ...kernels,
  gather: (tf, [table, indices]) => gatherRows(tf, table!, indices!, 0, 0),
  matmul,
  softmax: (tf, [x]) => tf.softmax(x!),
  sum,
  sumOfSquares,
  takeAlongLast,
};
