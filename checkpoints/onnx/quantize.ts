/** Matrices in few bits as ONNX's `DequantizeLinear` reads them: signed codes, a float32 scale a block. */

export interface QuantizedValues {
  /** A byte each; of 4 bits two a byte, the first in the lower half. */
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
}

/** `[rows, columns]` to `[columns, rows]`. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column]!;
    }
  }
  return result;
}

/**
 * Blocks of so many rows of one column.
 * @param rows a multiple of `block`.
 * @returns codes `[rows, columns]`, scales `[rows / block, columns]`.
 */
export function quantizeColumns(
  values: Float32Array,
  rows: number,
  columns: number,
  block: number,
  bits: 8 | 4,
): QuantizedValues {
  const scales = new Float32Array((rows / block) * columns);
  const codes = new Int8Array(rows * columns);
  for (let group = 0; group < rows / block; group++) {
    for (let column = 0; column < columns; column++) {
      const at = (i: number) => (group * block + i) * columns + column;
      scales[group * columns + column] = encode(values, codes, at, block, bits);
    }
  }
  return { codes: bits === 8 ? new Uint8Array(codes.buffer) : packed(codes), scales };
}

/** A scale a row, in 8 bits: codes `[rows, columns]`, scales `[rows]`. */
export function quantizeRows(values: Float32Array, rows: number, columns: number): QuantizedValues {
  const codes = new Int8Array(values.length);
  const scales = Float32Array.from({ length: rows }, (_, row) =>
    encode(values, codes, (i) => row * columns + i, columns, 8),
  );
  return { codes: new Uint8Array(codes.buffer), scales };
}

/** Of 4 bits the number farthest from zero takes -8, which has no positive twin. @returns the scale. */
function encode(
  values: Float32Array,
  codes: Int8Array,
  at: (i: number) => number,
  count: number,
  bits: 8 | 4,
): number {
  let extreme = 0;
  for (let i = 0; i < count; i++) {
    const value = values[at(i)]!;
    if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  }
  const scale = Math.fround(bits === 8 ? Math.abs(extreme) / 127 : extreme / -8);
  const most = bits === 8 ? 127 : 7;
  for (let i = 0; i < count; i++) {
    codes[at(i)] = scale === 0 ? 0 : Math.min(most, Math.round(values[at(i)]! / scale));
  }
  return scale;
}

function packed(codes: Int8Array): Uint8Array {
  return Uint8Array.from(
    { length: Math.ceil(codes.length / 2) },
    (_, i) => (codes[2 * i]! & 15) | (((codes[2 * i + 1] ?? 0) & 15) << 4),
  );
}
