/** Sums and maxima over axes. A maximum over anything that holds a NaN is NaN. */
import { attributesOf, type Kernels, wrapped } from "./kernel.ts";

export interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export const reductions: Kernels = {
  sum(tf, [x], node) {
    const { axes, keepDims } = attributesOf<Reduction>(node);
    return wrapped(tf, tf.sum(x!, [...axes], keepDims), node);
  },
  max(tf, [x], node) {
    const { axes, keepDims } = attributesOf<Reduction>(node);
    return tf.max(x!, [...axes], keepDims);
  },
};
