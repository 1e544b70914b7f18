/** Functions of one float operand. */
import type { Tensor, Tf } from "../runtime.ts";
import type { Kernel, Kernels } from "./kernel.ts";

function unary(compute: (tf: Tf, x: Tensor) => Tensor): Kernel {
  return (tf, [x]) => compute(tf, x!);
}

export const functions: Kernels = {
  negate: unary((tf, x) => tf.neg(x)),
  exp: unary((tf, x) => tf.exp(x)),
  log: unary((tf, x) => tf.log(x)),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  reciprocal: unary((tf, x) => tf.reciprocal(x)),
  tanh: unary((tf, x) => tf.tanh(x)),
  sigmoid: unary((tf, x) => tf.sigmoid(x)),
  erf: unary((tf, x) => tf.erf(x)),
  sine: unary((tf, x) => tf.sin(x)),
  cosine: unary((tf, x) => tf.cos(x)),
  absolute: unary((tf, x) => tf.abs(x)),
};
