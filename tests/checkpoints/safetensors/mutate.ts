/** Damage to a file's first bytes, of the kinds that break parsers. */
import type { PRNG } from "seedrandom";

/** Words that a parser of headers or indexes might take seriously. */
const WORDS = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\\ud800",
  "\0",
  "\ufeff",
  "-",
  "1e9",
  "0.5",
  "null",
  "18446744073709551615",
  "9007199254740991",
  "4294967296",
  '"F32"',
  '"F4"',
  '"dtype"',
  '"shape"',
  '"data_offsets"',
  '"__metadata__"',
  '"__proto__"',
  '"weight_map"',
  "../",
  "[0,0]",
  "[".repeat(200),
];

/**
 * A copy of `original` with one to three faults, mostly among its first `span` bytes. Where the file
 * begins with a length field, most faults adjust it, so that damage gets past the length check.
 */
export function mutate(original: Buffer, span: number, random: PRNG): Buffer {
  let bytes: Buffer = Buffer.from(original);
  const hasLength = original[0] !== 0x7b;
  const start = hasLength ? 8 : 0;
  for (let faults = 1 + below(3, random); faults > 0; faults--) {
    const before = bytes.byteLength;
    const header = Math.min(span, before);
    if (header <= start) break;
    bytes = FAULTS[below(FAULTS.length, random)]!(
      bytes,
      start + below(header - start, random),
      random,
    );
    const grown = bytes.byteLength - before;
    if (hasLength && bytes.byteLength >= 8 && random() < 0.9) {
      bytes.writeBigInt64LE(bytes.readBigInt64LE(0) + BigInt(grown), 0);
    }
  }
  if (hasLength && bytes.byteLength >= 8 && random() < 0.05) {
    bytes.writeUInt8(below(256, random), below(8, random));
  }
  return random() < 0.05 ? bytes.subarray(0, below(bytes.byteLength + 1, random)) : bytes;
}

type Fault = (bytes: Buffer, at: number, random: PRNG) => Buffer;

const FAULTS: readonly Fault[] = [
  flipBit,
  setByte,
  (bytes, at, random) => splice(bytes, at, 0, Buffer.from(WORDS[below(WORDS.length, random)]!)),
  (bytes, at, random) => splice(bytes, at, 1 + below(8, random), Buffer.alloc(0)),
  (bytes, at, random) => splice(bytes, at, 0, bytes.subarray(at, at + 1 + below(80, random))),
  changeDigit,
  changeDigit,
  addSpace,
];

function flipBit(bytes: Buffer, at: number, random: PRNG): Buffer {
  bytes[at]! ^= 1 << below(8, random);
  return bytes;
}

function setByte(bytes: Buffer, at: number, random: PRNG): Buffer {
  bytes[at] = below(256, random);
  return bytes;
}

/** Changes the next digit: sizes, offsets and names that are well-formed and wrong. */
function changeDigit(bytes: Buffer, at: number, random: PRNG): Buffer {
  const offset = bytes.subarray(at).findIndex((byte) => byte >= 0x30 && byte <= 0x39);
  if (offset >= 0) bytes[at + offset] = 0x30 + below(10, random);
  return bytes;
}

/** White space after the next comma changes nothing but the length. */
function addSpace(bytes: Buffer, at: number, random: PRNG): Buffer {
  const comma = bytes.indexOf(",", at);
  if (comma < 0) return bytes;
  return splice(bytes, comma + 1, 0, Buffer.from(" ".repeat(1 + below(8, random))));
}

function splice(bytes: Buffer, at: number, remove: number, insert: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
}

function below(limit: number, random: PRNG): number {
  return Math.floor(random() * limit);
}
