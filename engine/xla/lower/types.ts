/** Types of tensors as StableHLO writes them. */
import type { DType, Shape, TensorType } from "../../graph/index.ts";

const elements: Readonly<Record<DType, string>> = {
  float32: "f32",
  bfloat16: "bf16",
  int32: "i32",
  uint8: "ui8",
  bool: "i1",
};

/** As `tensor<2x3xf32>`. */
export const tensorText = ({ dtype, shape }: TensorType): string =>
  `tensor<${[...shape, elements[dtype]].join("x")}>`;

export const typeOf = (dtype: DType, shape: Shape): TensorType => ({ dtype, shape });

export const scalarOf = (dtype: DType): TensorType => ({ dtype, shape: [] });

/** As `array<i64: 1, 2>`, for attributes. */
export const integersText = (values: readonly number[]): string =>
  values.length === 0 ? "array<i64>" : `array<i64: ${values.join(", ")}>`;
