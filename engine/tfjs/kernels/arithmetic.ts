/** Binary arithmetic; tfjs broadcasts as the tensor language does. */
import type { Tensor, Tf } from "../runtime.ts";
import { type Kernel, type Kernels, wrapped } from "./kernel.ts";

function binary(compute: (tf: Tf, a: Tensor, b: Tensor) => Tensor): Kernel {
  return (tf, [a, b], node) => wrapped(tf, compute(tf, a!, b!), node);
}

/** Integers divide towards zero, as in C and ONNX; tfjs itself rounds down. */
function divide(tf: Tf, a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== "int32") return tf.div(a, b);
  const zero = tf.scalar(0, "int32");
  const down = tf.floorDiv(a, b);
  const exact = tf.equal(tf.mul(down, b), a);
  const negative = tf.notEqual(tf.less(a, zero), tf.less(b, zero));
  const roundUp = tf.logicalAnd(negative, tf.logicalNot(exact));
  return tf.add(down, tf.cast(roundUp, "int32"));
}

export const arithmetic: Kernels = {
  add: binary((tf, a, b) => tf.add(a, b)),
  subtract: binary((tf, a, b) => tf.sub(a, b)),
  multiply: binary((tf, a, b) => tf.mul(a, b)),
  divide: binary(divide),
  power: binary((tf, a, b) => tf.pow(a, b)),
  maximum: binary((tf, a, b) => tf.maximum(a, b)),
  minimum: binary((tf, a, b) => tf.minimum(a, b)),
};
