/** Matrix products. */
import type { Lowering, LoweringTable } from "./lowering.ts";

/** `FusedMatMul` takes transposed operands and a factor without touching memory once more. */
const matmul: Lowering = (writer, { inputs, attributes }) => {
  const { transposeA, transposeB, scale } = attributes as {
    transposeA: boolean;
    transposeB: boolean;
    scale: number;
  };
  if (!transposeA && !transposeB && scale === 1) return [writer.node("MatMul", inputs)];
  return [
    writer.node("FusedMatMul", inputs, {
      domain: "com.microsoft",
      attributes: { transA: transposeA, transB: transposeB, alpha: { float: scale } },
    }),
  ];
};

export const matmulLowerings: LoweringTable = { matmul };
