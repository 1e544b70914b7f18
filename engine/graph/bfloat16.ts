/** Bfloat16: the upper half of a float32's bits. */

/** Widens, exactly. @param bits of each number. */
export function decodeBfloat16(bits: ArrayLike<number>): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < words.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/** Rounds to nearest, ties to even. @param into gets the bits; an array of its own unless given. */
export function encodeBfloat16(
  values: Float32Array,
  into: Uint16Array = new Uint16Array(new ArrayBuffer(2 * values.length)),
): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const notANumber = (word & 0x7fffffff) > 0x7f800000;
    // A NaN whose payload lies in the lower half would round to infinity: it stays one.
    into[i] = notANumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return into;
}
