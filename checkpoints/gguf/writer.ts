/**
 * Files of llama.cpp: GGUF, version 3. Keys with typed values, a list of tensors, and their bytes, each
 * at a multiple of 32. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { writeFileAtomically } from "../files/atomic-file.ts";
import { encodeFloats } from "../safetensors/index.ts";

export type GgufValue =
  | { readonly type: "uint32" | "int32" | "float32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "int32s"; readonly value: readonly number[] };

export const ggufTypes = ["f32", "f16", "bf16", "q8_0"] as const;

/** As llama.cpp calls them. `q8_0`: blocks of 32 in 8 bits, each with a scale in half precision. */
export type GgufType = (typeof ggufTypes)[number];

export interface GgufTensor {
  readonly name: string;
  /** Row-major, outermost first. */
  readonly shape: readonly number[];
  readonly type: GgufType;
  /** Made when its turn comes. */
  data(): Float32Array;
}

const valueCode = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const tensorCode: Readonly<Record<GgufType, number>> = { f32: 0, f16: 1, q8_0: 8, bf16: 30 };
const version = 3;
const alignment = 32;
/** Numbers of a block of `q8_0`. */
export const q8Block = 32;
/** Of its scale, then a byte a number. */
const q8BlockBytes = 2 + q8Block;

/**
 * Writes a file, atomically and durably.
 * @returns its bytes
 * @throws {StorageError} when the disk refuses; an older file of that name is then untouched
 */
export function writeGguf(
  path: string,
  values: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): number {
  const head = new Bytes();
  head.text("GGUF").uint32(version).uint64(tensors.length).uint64(values.size);
  for (const [key, value] of values) {
    head.string(key);
    writeValue(head, value);
  }
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    head.string(name).uint32(shape.length);
    // Sizes are listed innermost first.
    for (const size of [...shape].reverse()) head.uint64(size);
    head.uint32(tensorCode[type]).uint64(offset);
    offset += padded(bytesOf(shape, type));
  }
  const { bytes } = writeFileAtomically(path, (sink) => {
    const written = head.take();
    sink.write(written);
    sink.write(new Uint8Array(padded(written.byteLength) - written.byteLength));
    for (const { shape, type, data } of tensors) {
      const encoded = encode(type, data());
      sink.write(encoded);
      sink.write(new Uint8Array(padded(bytesOf(shape, type)) - encoded.byteLength));
    }
  });
  return bytes;
}

const padded = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

function bytesOf(shape: readonly number[], type: GgufType): number {
  const count = shape.reduce((product, size) => product * size, 1);
  if (type === "q8_0") return (count / q8Block) * q8BlockBytes;
  return count * (type === "f32" ? 4 : 2);
}

function encode(type: GgufType, values: Float32Array): Uint8Array {
  if (type === "q8_0") return encodeBlocks(values);
  return encodeFloats(({ f32: "F32", f16: "F16", bf16: "BF16" } as const)[type], values);
}

/** The scale is the largest number over 127; the codes are made with it before it is rounded, as there. */
function encodeBlocks(values: Float32Array): Uint8Array {
  const blocks = values.length / q8Block;
  const result = new Uint8Array(blocks * q8BlockBytes);
  const codes = new Int8Array(result.buffer);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    let largest = 0;
    for (let i = 0; i < q8Block; i++) {
      largest = Math.max(largest, Math.abs(values[block * q8Block + i]!));
    }
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    scales[block] = scale;
    for (let i = 0; i < q8Block; i++) {
      const code = Math.fround(values[block * q8Block + i]! * inverse);
      codes[block * q8BlockBytes + 2 + i] = Math.sign(code) * Math.round(Math.abs(code));
    }
  }
  const halves = encodeFloats("F16", scales);
  for (let block = 0; block < blocks; block++) {
    result.set(halves.subarray(2 * block, 2 * block + 2), block * q8BlockBytes);
  }
  return result;
}

function writeValue(bytes: Bytes, { type, value }: GgufValue): void {
  if (type === "strings" || type === "int32s") {
    const of = type === "strings" ? "string" : "int32";
    bytes.uint32(valueCode.array).uint32(valueCode[of]).uint64(value.length);
    for (const each of value) {
      if (typeof each === "string") bytes.string(each);
      else bytes.int32(each);
    }
    return;
  }
  bytes.uint32(valueCode[type]);
  if (type === "string") bytes.string(value);
  else if (type === "bool") bytes.byte(value ? 1 : 0);
  else bytes[type](value);
}

/** Bytes that grow, little-endian. */
class Bytes {
  #bytes = new Uint8Array(2 ** 16);
  #length = 0;

  byte(value: number): this {
    return this.#number(1, (view, at) => view.setUint8(at, value));
  }

  uint32(value: number): this {
    return this.#number(4, (view, at) => view.setUint32(at, value, true));
  }

  int32(value: number): this {
    return this.#number(4, (view, at) => view.setInt32(at, value, true));
  }

  float32(value: number): this {
    return this.#number(4, (view, at) => view.setFloat32(at, value, true));
  }

  uint64(value: number): this {
    return this.#number(8, (view, at) => view.setBigUint64(at, BigInt(value), true));
  }

  /** Its length, then itself. */
  string(value: string): this {
    const encoded = new TextEncoder().encode(value);
    return this.uint64(encoded.byteLength).#append(encoded);
  }

  /** Without its length. */
  text(value: string): this {
    return this.#append(new TextEncoder().encode(value));
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #append(bytes: Uint8Array): this {
    this.#reserve(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
    return this;
  }

  #number(size: number, set: (view: DataView, at: number) => void): this {
    this.#reserve(size);
    set(new DataView(this.#bytes.buffer), this.#length);
    this.#length += size;
    return this;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.byteLength) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.byteLength));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
