/**
 * Between float32, in which Pathloom computes, and the floating-point dtypes that files hold.
 * Widening is exact (F64 excepted, which rounds); narrowing rounds to nearest, ties to even.
 * Bytes are little-endian, as the format demands and as every platform of the engines is.
 */
import type { SafetensorsDtype } from "./dtype.ts";
import {
  decodingTable,
  encodeSmallFloats,
  FLOAT8_E4M3,
  FLOAT8_E4M3FNUZ,
  FLOAT8_E5M2,
  FLOAT8_E5M2FNUZ,
  FLOAT16,
  type SmallFloat,
} from "./small-float.ts";

const SMALL_FLOATS: Partial<Record<SafetensorsDtype, SmallFloat>> = {
  F16: FLOAT16,
  F8_E5M2: FLOAT8_E5M2,
  F8_E4M3: FLOAT8_E4M3,
  F8_E5M2FNUZ: FLOAT8_E5M2FNUZ,
  F8_E4M3FNUZ: FLOAT8_E4M3FNUZ,
};

const tables = new Map<SmallFloat, Float32Array>();

function tableOf(format: SmallFloat): Float32Array {
  let table = tables.get(format);
  if (table === undefined) {
    table = decodingTable(format);
    tables.set(format, table);
  }
  return table;
}

/** Whether `decodeFloats` and `encodeFloats` know the dtype. */
export function isConvertibleFloat(dtype: SafetensorsDtype): boolean {
  return dtype === "F32" || dtype === "F64" || dtype === "BF16" || dtype in SMALL_FLOATS;
}

/**
 * Widens (F64: rounds) elements to float32.
 * @param bytes the elements, beginning at a multiple of their size in their buffer
 * @param out as many float32 values
 * @throws {RangeError} for a dtype that `isConvertibleFloat` denies
 */
export function decodeFloats(dtype: SafetensorsDtype, bytes: Uint8Array, out: Float32Array): void {
  const { buffer, byteOffset } = bytes;
  const count = out.length;
  if (dtype === "F32") {
    out.set(new Float32Array(buffer, byteOffset, count));
  } else if (dtype === "F64") {
    out.set(new Float64Array(buffer, byteOffset, count));
  } else if (dtype === "BF16") {
    const codes = new Uint16Array(buffer, byteOffset, count);
    const words = new Uint32Array(out.buffer, out.byteOffset, count);
    for (let index = 0; index < count; index++) words[index] = codes[index]! << 16;
  } else {
    const format = smallFloatOf(dtype);
    const table = tableOf(format);
    const codes = table.length > 256 ? new Uint16Array(buffer, byteOffset, count) : bytes;
    for (let index = 0; index < count; index++) out[index] = table[codes[index]!]!;
  }
}

/**
 * Rounds float32 values to a dtype, nearest with ties to even.
 * @returns their little-endian bytes
 * @throws {RangeError} for a dtype that `isConvertibleFloat` denies
 */
export function encodeFloats(
  dtype: SafetensorsDtype,
  values: Float32Array,
): Uint8Array<ArrayBuffer> {
  if (dtype === "F32") return new Uint8Array(values.slice().buffer);
  if (dtype === "F64") return new Uint8Array(Float64Array.from(values).buffer);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  if (dtype === "BF16") return new Uint8Array(roundToBfloat16(bits).buffer);
  const format = smallFloatOf(dtype);
  const wide = format.exponentBits + format.mantissaBits > 7;
  const out = wide ? new Uint16Array(values.length) : new Uint8Array(values.length);
  encodeSmallFloats(format, bits, out);
  return new Uint8Array(out.buffer);
}

function roundToBfloat16(bits: Uint32Array): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(bits.length);
  for (let index = 0; index < bits.length; index++) {
    const word = bits[index]!;
    const notANumber = (word & 0x7fffffff) > 0x7f800000;
    // A NaN whose payload lies in the lower half would round to infinity: keep it quiet instead.
    out[index] = notANumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return out;
}

function smallFloatOf(dtype: SafetensorsDtype): SmallFloat {
  const format = SMALL_FLOATS[dtype];
  if (format === undefined) throw new RangeError(`${dtype} has no conversion to float32`);
  return format;
}
