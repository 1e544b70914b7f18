/**
 * Where libtensorflow does better than the JavaScript kernels' way: it broadcasts the batches of a
 * product without copies, gathers without reading the indices back from the device, and has a fused
 * softmax. Operations that tfjs wraps badly are executed by their TensorFlow name.
 */
import { sizeOf } from "../../graph/index.ts";
import type { Tensor, Tf } from "../runtime.ts";
import { kernels } from "./index.ts";
import { attributesOf, type Kernel, type Kernels } from "./kernel.ts";

interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean;
}

/** The part of tfjs-node's backend that executes an operation of TensorFlow by name. */
interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeSingleOutput(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly Tensor[],
  ): Tensor;
}

function gatherRows(tf: Tf, values: Tensor, indices: Tensor, axis: number, batch: number): Tensor {
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const types = { float32: binding.TF_FLOAT!, int32: binding.TF_INT32!, bool: binding.TF_BOOL! };
  const type = types[values.dtype as keyof typeof types];
  const attributes = [
    { name: "batch_dims", type: binding.TF_ATTR_INT!, value: batch },
    { name: "Tparams", type: binding.TF_ATTR_TYPE!, value: type },
    { name: "Tindices", type: binding.TF_ATTR_TYPE!, value: types.int32 },
    { name: "Taxis", type: binding.TF_ATTR_TYPE!, value: types.int32 },
  ];
  return backend.executeSingleOutput("GatherV2", attributes, [
    values,
    indices,
    tf.scalar(axis, "int32"),
  ]);
}

const takeAlongLast: Kernel = (tf, [values, indices], node) => {
  const size = values!.shape[values!.shape.length - 1]!;
  const rows = sizeOf(indices!.shape);
  const byRow = tf.reshape(values!, [rows, size]);
  const taken = gatherRows(tf, byRow, tf.reshape(indices!, [rows, 1]), 1, 1);
  return tf.reshape(taken, [...node.outputs[0]!.shape]);
};

const matmul: Kernel = (tf, [a, b], node) => {
  const { transposeA, transposeB, scale } = attributesOf<{
    readonly transposeA: boolean;
    readonly transposeB: boolean;
    readonly scale: number;
  }>(node);
  const product = tf.matMul(a!, b!, transposeA, transposeB);
  return scale === 1 ? product : tf.mul(product, scale);
};

export const nativeKernels: Kernels = {
  ...kernels,
  gather: (tf, [table, indices]) => gatherRows(tf, table!, indices!, 0, 0),
  matmul,
  softmax: (tf, [x]) => tf.softmax(x!),
  takeAlongLast,
};
