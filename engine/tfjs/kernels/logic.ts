/** Comparisons, logic, choice and change of element type. */
import type { DType } from "../../graph/index.ts";
import { tfjsType } from "../runtime.ts";
import { attributesOf, type Kernel, type Kernels } from "./kernel.ts";

/** Fractions are dropped; what becomes a byte wraps as bytes do; anything but 0 is true. */
const cast: Kernel = (tf, [x], node) => {
  const { dtype } = attributesOf<{ dtype: DType }>(node);
  const result = tf.cast(x!, tfjsType(dtype));
  return dtype === "uint8" ? tf.mod(result, tf.scalar(256, "int32")) : result;
};

export const logic: Kernels = {
  equal: (tf, [a, b]) => tf.equal(a!, b!),
  less: (tf, [a, b]) => tf.less(a!, b!),
  lessEqual: (tf, [a, b]) => tf.lessEqual(a!, b!),
  greater: (tf, [a, b]) => tf.greater(a!, b!),
  greaterEqual: (tf, [a, b]) => tf.greaterEqual(a!, b!),
  and: (tf, [a, b]) => tf.logicalAnd(a!, b!),
  or: (tf, [a, b]) => tf.logicalOr(a!, b!),
  not: (tf, [x]) => tf.logicalNot(x!),
  select: (tf, [condition, a, b]) => tf.where(condition!, a!, b!),
  cast,
};
