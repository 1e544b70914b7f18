/** The same elements in another shape or order. */
import { attributesOf, type Kernels } from "./kernel.ts";

export const shapes: Kernels = {
  reshape: (tf, [x], node) => tf.reshape(x!, [...node.outputs[0]!.shape]),
  broadcastTo: (tf, [x], node) => tf.broadcastTo(x!, [...node.outputs[0]!.shape]),
  transpose: (tf, [x], node) =>
    tf.transpose(x!, [...attributesOf<{ order: readonly number[] }>(node).order]),
  concat: (tf, inputs, node) => tf.concat([...inputs], attributesOf<{ axis: number }>(node).axis),
  slice(tf, [x], node) {
    const { axis, start } = attributesOf<{ axis: number; start: number }>(node);
    const begin = x!.shape.map((_, i) => (i === axis ? start : 0));
    return tf.slice(x!, begin, [...node.outputs[0]!.shape]);
  },
  pad(tf, [x], node) {
    const { axis, before, after } = attributesOf<{ axis: number; before: number; after: number }>(
      node,
    );
    const around = x!.shape.map((_, i): [number, number] =>
      i === axis ? [before, after] : [0, 0],
    );
    return tf.pad(x!, around);
  },
};
