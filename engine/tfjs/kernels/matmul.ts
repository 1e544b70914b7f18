/** Matrix products. */
import { type Shape, sameShape, sizeOf } from "../../graph/index.ts";
import type { Tensor, Tf } from "../runtime.ts";
import { attributesOf, type Kernel, type Kernels } from "./kernel.ts";

export interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
}

/**
 * Repeats an operand along the leading axes of the product, unless it is one matrix or already has
 * them: tfjs's JavaScript kernel takes batches modulo the smaller count, which is no broadcasting.
 */
function withBatch(tf: Tf, operand: Tensor, batch: Shape): Tensor {
  const own = operand.shape.slice(0, -2);
  if (sizeOf(own) === 1 || sameShape(own, batch)) return operand;
  return tf.broadcastTo(operand, [...batch, ...operand.shape.slice(-2)]);
}

const matmul: Kernel = (tf, [a, b], node) => {
  const { transposeA, transposeB, scale } = attributesOf<Product>(node);
  const batch = node.outputs[0]!.shape.slice(0, -2);
  const product = tf.matMul(
    withBatch(tf, a!, batch),
    withBatch(tf, b!, batch),
    transposeA,
    transposeB,
  );
  return scale === 1 ? product : tf.mul(product, scale);
};

export const products: Kernels = { matmul };
