/** What a tensor is before it holds numbers: its element type and its shape, both fixed. */
export type DType = "float32" | "bfloat16" | "int32" | "uint8" | "bool";

/** Sizes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Elements of a tensor in row-major order; booleans are 0 and 1, a bfloat16 is its 16 bits. */
export type TensorData = Float32Array | Uint16Array | Int32Array | Uint8Array;

export const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  bfloat16: 2,
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

const arrays = {
  float32: Float32Array,
  bfloat16: Uint16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** Zeros in memory of their own, which no small array of the collector's heap has. */
export function allocate({ dtype, shape }: TensorType): TensorData {
  return new arrays[dtype](new ArrayBuffer(bytesOf({ dtype, shape })));
}

/** As `float32[2, 3]`, for messages. */
export function describeType(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(", ")}]`;
}
