/**
 * The element types of the safetensors format, in the order of the reference implementation's
 * `Dtype` (huggingface/safetensors, safetensors/src/tensor.rs): increasing alignment. Files are laid
 * out by that order, descending, so every tensor begins at a multiple of its element's size.
 */

/** Bits of one element. The order of the keys is the format's order of alignment. */
export const DTYPE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

export type SafetensorsDtype = keyof typeof DTYPE_BITS;

const ORDER = new Map(Object.keys(DTYPE_BITS).map((dtype, rank) => [dtype, rank]));

export function isSafetensorsDtype(name: string): name is SafetensorsDtype {
  return ORDER.has(name);
}

/** Sorts dtypes by increasing alignment, as the reference implementation does. */
export function compareDtypes(left: SafetensorsDtype, right: SafetensorsDtype): number {
  return ORDER.get(left)! - ORDER.get(right)!;
}

/**
 * Bytes of a tensor.
 * @returns the number of bytes; "overflow" beyond 2^53 - 1; "misaligned" when the last element of a
 *   sub-byte dtype ends inside a byte
 */
export function tensorBytes(
  dtype: SafetensorsDtype,
  shape: readonly number[],
): number | "overflow" | "misaligned" {
  let elements = 1;
  for (const extent of shape) {
    elements *= extent;
    if (!Number.isSafeInteger(elements)) return "overflow";
  }
  const bits = elements * DTYPE_BITS[dtype];
  if (!Number.isSafeInteger(bits)) return "overflow";
  return bits % 8 === 0 ? bits / 8 : "misaligned";
}

/** Elements of a shape; the empty shape is a scalar and has one. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
