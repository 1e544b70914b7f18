/** Products with quantized matrices: the float32 matrix lives no longer than the product. */
import {
  codesPerByte,
  dynamicCodes,
  pairsOfBytes,
  type QuantizedFormat,
  scaleGroup,
} from "../../ops/index.ts";
import type { Tensor, Tf } from "../runtime.ts";
import { attributesOf, type Kernel, type Kernels } from "./kernel.ts";

function dequantized(tf: Tf, format: QuantizedFormat, codes: Tensor, scales?: Tensor): Tensor {
  // The runtime keeps bfloat16 as float32.
  if (format === "bfloat16") return codes;
  const [rows, blocks, bytes] = codes.shape as [number, number, number];
  const block = bytes * codesPerByte[format];
  const units =
    format === "int8"
      ? tf.sub(tf.cast(codes, "float32"), 128)
      : tf.gather(tf.tensor2d(pairsOfBytes(format === "int4" ? "int4" : "nf4"), [256, 2]), codes);
  const scaled = tf.mul(tf.reshape(units, [rows, blocks, block]), tf.expandDims(scales!, -1));
  return tf.reshape(scaled, [rows, blocks * block]);
}

/** Scales from their codes, `[rows, blocks]`. */
function expandedScales(tf: Tf, codes: Tensor, outer: Tensor): Tensor {
  const count = codes.size;
  const groups = outer.size - 1;
  const units = tf.reshape(
    tf.tile(tf.reshape(tf.slice(outer, [1]), [groups, 1]), [1, scaleGroup]),
    [-1],
  );
  const steps = tf.gather(tf.tensor1d(dynamicCodes), tf.reshape(tf.cast(codes, "int32"), [count]));
  const above = tf.mul(steps, tf.slice(units, [0], [count]));
  return tf.reshape(tf.add(above, tf.slice(outer, [0], [1])), codes.shape);
}

const quantizedMatmul: Kernel = (tf, [x, codes, scales, outer], node) => {
  const { format, transpose } = attributesOf<{
    readonly format: QuantizedFormat;
    readonly transpose: boolean;
  }>(node);
  const single = outer === undefined ? scales : expandedScales(tf, scales!, outer);
  return tf.matMul(x!, dequantized(tf, format, codes!, single), false, transpose);
};

export const quantizedMatrices: Kernels = { quantizedMatmul };
