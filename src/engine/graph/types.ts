/** What a tensor is before it holds numbers: its element type and its shape, both fixed. */
export type DType = "float32" | "int32" | "uint8" | "bool";

/** Sizes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Elements of a tensor in row-major order; booleans are 0 and 1. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

export const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  int32: 4,
  uint8: 1,
  bool: 1,
};

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function bytesOf(type: TensorType): number {
  return sizeOf(type.shape) * bytesPerElement[type.dtype];
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function allocate(type: TensorType): TensorData {
  const size = sizeOf(type.shape);
  if (type.dtype === "float32") return new Float32Array(size);
  return type.dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
}

/** As `float32[2, 3]`, for messages. */
export function describeType(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(", ")}]`;
}
