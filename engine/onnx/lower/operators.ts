/**
 * Operators that ONNX does not have and the runtime does: they may change, or be missing, in another
 * release. Where one is, what it would compute is written in the standard's operators.
 */

/** As the runtime calls them; `nchwc` is its layout for pictures with all that works in it. */
export const privateOperators = [
  "FusedMatMul",
  "Gelu",
  "FastGelu",
  "QuickGelu",
  "SimplifiedLayerNormalization",
  "RotaryEmbedding",
  "GroupQueryAttention",
  "MatMulNBits",
  "MatMulBnb4",
  "nchwc",
] as const;

export type PrivateOperator = (typeof privateOperators)[number];

export type Operators = ReadonlySet<PrivateOperator>;

export const allOperators: Operators = new Set(privateOperators);

/** The composites whose lowering is one of them: without it they are expanded. */
export const operatorOf: Readonly<Record<string, PrivateOperator>> = {
  gelu: "Gelu",
  geluNew: "FastGelu",
  silu: "QuickGelu",
  rmsNorm: "SimplifiedLayerNormalization",
  rope: "RotaryEmbedding",
  cachedAttention: "GroupQueryAttention",
};
