/** Rows and elements by integer indices. */
import { sizeOf } from "../../graph/index.ts";
import { attributesOf, type Kernel, type Kernels } from "./kernel.ts";

const scatterAdd: Kernel = (tf, [indices, updates], node) => {
  const { rows } = attributesOf<{ rows: number }>(node);
  const row = updates!.shape.slice(indices!.shape.length);
  const count = indices!.size;
  return tf.scatterND(tf.reshape(indices!, [count, 1]), tf.reshape(updates!, [count, ...row]), [
    rows,
    ...row,
  ]);
};

/** A gather with the rows as a batch. */
const takeAlongLast: Kernel = (tf, [values, indices], node) => {
  const size = values!.shape[values!.shape.length - 1]!;
  const rows = sizeOf(indices!.shape);
  const taken = tf.gather(tf.reshape(values!, [rows, size]), tf.reshape(indices!, [rows, 1]), 1, 1);
  return tf.reshape(taken, [...node.outputs[0]!.shape]);
};

/** A choice rather than a product with a one-hot row, in which 0 times infinity would be NaN. */
const placeAlongLast: Kernel = (tf, [indices, updates], node) => {
  const { size } = attributesOf<{ size: number }>(node);
  const here = tf.equal(tf.expandDims(indices!, -1), tf.range(0, size, 1, "int32"));
  return tf.where(here, tf.expandDims(updates!, -1), tf.zeros([], updates!.dtype));
};

export const indexing: Kernels = {
  gather: (tf, [table, indices]) => tf.gather(table!, indices!, 0),
  scatterAdd,
  takeAlongLast,
  placeAlongLast,
};
