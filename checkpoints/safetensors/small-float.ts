/**
 * Floating-point formats of 8 and 16 bits: sign, exponent, mantissa, and what their last codes mean.
 *
 * One description per format drives both directions. Decoding is a table with an entry per code;
 * encoding rounds the float32's significand to nearest, ties to even, on its bits, so that a carry
 * out of the mantissa moves into the exponent by itself. Out-of-range values become infinity where
 * the format has it and NaN where it has not, as PyTorch and ml_dtypes convert (no saturation).
 */

export interface SmallFloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /**
   * `ieee`: the top exponent holds infinities and NaN. `fn`: no infinity, NaN is all ones.
   * `fnuz`: no infinity and no negative zero, whose code is the only NaN.
   */
  readonly specials: "ieee" | "fn" | "fnuz";
}

/** IEEE 754 binary16. */
export const FLOAT16: SmallFloat = {
  exponentBits: 5,
  mantissaBits: 10,
  bias: 15,
  specials: "ieee",
};
/** E5M2 of "FP8 Formats for Deep Learning" (arXiv 2209.05433): IEEE-like. */
export const FLOAT8_E5M2: SmallFloat = {
  exponentBits: 5,
  mantissaBits: 2,
  bias: 15,
  specials: "ieee",
};
/** E4M3 of arXiv 2209.05433, PyTorch's float8_e4m3fn: largest 448. */
export const FLOAT8_E4M3: SmallFloat = {
  exponentBits: 4,
  mantissaBits: 3,
  bias: 7,
  specials: "fn",
};
/** E5M2FNUZ of arXiv 2206.02915. */
export const FLOAT8_E5M2FNUZ: SmallFloat = {
  exponentBits: 5,
  mantissaBits: 2,
  bias: 16,
  specials: "fnuz",
};
/** E4M3FNUZ of arXiv 2206.02915: largest 240. */
export const FLOAT8_E4M3FNUZ: SmallFloat = {
  exponentBits: 4,
  mantissaBits: 3,
  bias: 8,
  specials: "fnuz",
};

/** The value of every code of a format, by code: 256 or 65,536 float32 values. */
export function decodingTable(format: SmallFloat): Float32Array {
  const magnitudeBits = format.exponentBits + format.mantissaBits;
  const signBit = 1 << magnitudeBits;
  const table = new Float32Array(signBit * 2);
  for (let code = 0; code < signBit; code++) {
    const value = magnitude(format, code);
    table[code] = value;
    table[code | signBit] = -value;
  }
  if (format.specials === "fnuz") table[signBit] = Number.NaN;
  return table;
}

function magnitude({ exponentBits, mantissaBits, bias, specials }: SmallFloat, code: number) {
  const exponent = code >> mantissaBits;
  const fraction = (code & ((1 << mantissaBits) - 1)) / (1 << mantissaBits);
  const top = (1 << exponentBits) - 1;
  if (specials === "ieee" && exponent === top) {
    return fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  }
  if (specials === "fn" && code === (1 << (exponentBits + mantissaBits)) - 1) return Number.NaN;
  if (exponent === 0) return fraction * 2 ** (1 - bias);
  return (1 + fraction) * 2 ** (exponent - bias);
}

/**
 * Encodes float32 bit patterns to a format's codes.
 * @param bits float32 values seen as uint32
 * @param out as many codes
 */
export function encodeSmallFloats(
  format: SmallFloat,
  bits: Uint32Array,
  out: Uint8Array | Uint16Array,
): void {
  const { exponentBits, mantissaBits, bias, specials } = format;
  const magnitudeBits = exponentBits + mantissaBits;
  const signBit = 1 << magnitudeBits;
  const infinity = ((1 << exponentBits) - 1) << mantissaBits;
  const quietNaN = infinity | (1 << (mantissaBits - 1));
  const overflow = { ieee: infinity, fn: signBit - 1, fnuz: signBit }[specials];
  const notANumber = { ieee: quietNaN, fn: signBit - 1, fnuz: signBit }[specials];
  const largest = { ieee: infinity - 1, fn: signBit - 2, fnuz: signBit - 1 }[specials];

  for (let index = 0; index < bits.length; index++) {
    const word = bits[index]!;
    const sign = (word >>> 31) << magnitudeBits;
    const size = word & 0x7fffffff;
    let code: number;
    if (size > 0x7f800000) code = notANumber;
    else if (size === 0x7f800000) code = overflow;
    else {
      code = roundMagnitude(size, mantissaBits, bias);
      if (code > largest) code = overflow;
    }
    // The code of negative zero is NaN in fnuz formats, so zero there has no sign.
    out[index] = specials === "fnuz" && code === 0 ? 0 : sign | code;
  }
}

/** The code of a finite float32 magnitude, its exponent unbounded above. */
function roundMagnitude(size: number, mantissaBits: number, bias: number): number {
  const exponent = (size >>> 23) - 127;
  const smallest = 1 - bias;
  const below = exponent < smallest ? smallest - exponent : 0;
  const shift = 23 - mantissaBits + below;
  if (shift > 24) return 0;
  const significand = (size & 0x7fffff) | (exponent > -127 ? 0x800000 : 0);
  const odd = (significand >>> shift) & 1;
  const rounded = (significand + (2 ** (shift - 1) - 1) + odd) >>> shift;
  if (below > 0) return rounded;
  return ((exponent + bias - 1) << mantissaBits) + rounded;
}
