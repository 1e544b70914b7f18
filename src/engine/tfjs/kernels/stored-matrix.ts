/** Products with stored matrices: the float32 matrix lives no longer than the product. */
import { codesPerByte, pairsOfBytes, type StoredFormat } from "../../ops/stored-matrix.ts";
import type { Tensor, Tf } from "../runtime.ts";
import { attributesOf, type Kernel, type Kernels } from "./kernel.ts";

function dequantised(tf: Tf, format: StoredFormat, codes: Tensor, scales?: Tensor): Tensor {
  // The runtime keeps bfloat16 as float32.
  if (format === "bfloat16") return codes;
  const [rows, blocks, bytes] = codes.shape as [number, number, number];
  const block = bytes * codesPerByte[format];
  const units =
    format === "int8"
      ? tf.sub(tf.cast(codes, "float32"), 128)
      : tf.gather(tf.tensor2d(pairsOfBytes(format), [256, 2]), codes);
  const scaled = tf.mul(tf.reshape(units, [rows, blocks, block]), tf.expandDims(scales!, -1));
  return tf.reshape(scaled, [rows, blocks * block]);
}

const storedMatmul: Kernel = (tf, [x, codes, scales], node) => {
  const { format, transpose } = attributesOf<{
    readonly format: StoredFormat;
    readonly transpose: boolean;
  }>(node);
  return tf.matMul(x!, dequantised(tf, format, codes!, scales), false, transpose);
};

export const storedMatrices: Kernels = { storedMatmul };
