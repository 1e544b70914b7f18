/** How an operation of the tensor language is done by TensorFlow.js. */
import type { Node } from "../../graph/index.ts";
import type { Tensor, Tf } from "../runtime.ts";

/**
 * Runs in a `tidy`: what it makes besides its result is freed. Must return new tensors, never an
 * operand. One tensor per output of the node.
 */
export type Kernel = (tf: Tf, inputs: readonly Tensor[], node: Node) => Tensor | readonly Tensor[];

export type Kernels = Readonly<Record<string, Kernel>>;

/** The node's attributes as the operation declares them. */
export function attributesOf<A>(node: Node): A {
  return node.attributes as A;
}

/** Bytes are kept as 32-bit integers and wrap as bytes do. */
export function wrapped(tf: Tf, result: Tensor, node: Node): Tensor {
  return node.outputs[0]!.dtype === "uint8" ? tf.mod(result, tf.scalar(256, "int32")) : result;
}
