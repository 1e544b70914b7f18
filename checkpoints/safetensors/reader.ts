/**
 * Reading one safetensors file through one file handle.
 *
 * Opening reads and validates the header alone; each tensor, or a range of its elements, is read
 * when it is asked for, straight into the array that is returned. Widening to float32 goes through a
 * buffer of a megabyte, so a bf16 tensor is never held twice. Reads are synchronous: loading is
 * bound by the disk, and the caller decides by the tensor when to yield or to report progress.
 */
import { closeSync, fstatSync, openSync } from "node:fs";
import { AlteredBytes, type BlockSums, VerifiedReader } from "../files/block-sums.ts";
import { guardStorage } from "../files/storage-error.ts";
import { DTYPE_BITS, elementCount } from "./dtype.ts";
import { SafetensorsError } from "./error.ts";
import { decodeFloats, isConvertibleFloat } from "./float-conversion.ts";
import { type Header, headerBytes, LENGTH_BYTES, parseHeader } from "./header.ts";
import type { ElementRange, ReadOptions, TensorInfo, TensorReader } from "./tensor.ts";

/** A multiple of every element size, large enough for the disk's full speed. */
const CHUNK_BYTES = 1 << 20;

/** An open safetensors file. */
export class SafetensorsFile implements TensorReader {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly #dataStart: number;
  readonly #reader: VerifiedReader;
  #descriptor: number | undefined;

  private constructor(path: string, header: Header, descriptor: number, reader: VerifiedReader) {
    this.path = path;
    this.tensors = header.tensors;
    this.metadata = header.metadata;
    this.#dataStart = header.dataStart;
    this.#descriptor = descriptor;
    this.#reader = reader;
  }

  /**
   * Opens a file and validates its header.
   * @param sums what the file was saved with: whatever is read is compared with them
   * @throws {SafetensorsError} when the file is not a whole, valid safetensors file
   * @throws {StorageError} when it cannot be opened or read
   */
  static open(path: string, sums?: BlockSums): SafetensorsFile {
    return guardStorage(path, "read this file", "read", () => {
      const descriptor = openSync(path, "r");
      try {
        const reader = new VerifiedReader(descriptor, sums);
        const header = refuseAltered(path, () => readHeader(path, descriptor, reader));
        return new SafetensorsFile(path, header, descriptor, reader);
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
    });
  }

  read(name: string, range?: ElementRange): Uint8Array<ArrayBuffer> {
    const { begin, end } = this.#span(name, range);
    const bytes = new Uint8Array(end - begin);
    this.#fill(name, bytes, begin);
    return bytes;
  }

  readInto(name: string, target: Uint8Array, range?: ElementRange): void {
    const { begin, end } = this.#span(name, range);
    if (target.byteLength !== end - begin) {
      const reason = `the target has ${target.byteLength} bytes, ${end - begin} are to be read`;
      throw new SafetensorsError("range", this.path, reason, name);
    }
    this.#fill(name, target, begin);
  }

  readFloat32(name: string, { range, target }: ReadOptions = {}): Float32Array {
    const { dtype, begin, end, elements } = this.#span(name, range);
    if (!isConvertibleFloat(dtype)) {
      const reason = `${dtype} cannot be read as float32; read its raw bytes instead`;
      throw new SafetensorsError("wrong-dtype", this.path, reason, name);
    }
    if (target !== undefined && target.length !== elements) {
      const reason = `the target has ${target.length} elements, ${elements} are to be read`;
      throw new SafetensorsError("range", this.path, reason, name);
    }
    const out = target ?? new Float32Array(elements);
    if (dtype === "F32") {
      this.#fill(name, new Uint8Array(out.buffer, out.byteOffset, out.byteLength), begin);
      return out;
    }
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - begin));
    const bytesPerElement = DTYPE_BITS[dtype] / 8;
    for (let at = begin; at < end; at += chunk.byteLength) {
      const part = chunk.subarray(0, Math.min(chunk.byteLength, end - at));
      this.#fill(name, part, at);
      const first = (at - begin) / bytesPerElement;
      decodeFloats(dtype, part, out.subarray(first, first + part.byteLength / bytesPerElement));
    }
    return out;
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** The bytes, relative to the data, of a tensor or of a range of its elements. */
  #span(name: string, range: ElementRange | undefined) {
    const info = this.tensors.get(name);
    if (info === undefined) {
      const reason = `the file has no such tensor among its ${this.tensors.size}`;
      throw new SafetensorsError("tensor-not-found", this.path, reason, name);
    }
    const { dtype, shape, begin, end } = info;
    const all = elementCount(shape);
    if (range === undefined) return { dtype, begin, end, elements: all };
    const fits =
      Number.isInteger(range.start) &&
      Number.isInteger(range.end) &&
      0 <= range.start &&
      range.start <= range.end &&
      range.end <= all;
    const first = (range.start * DTYPE_BITS[dtype]) / 8;
    const last = (range.end * DTYPE_BITS[dtype]) / 8;
    if (!fits || !Number.isInteger(first) || !Number.isInteger(last)) {
      const reason = `elements ${range.start} to ${range.end} are no readable range of its ${all}`;
      throw new SafetensorsError("range", this.path, reason, name);
    }
    return { dtype, begin: begin + first, end: begin + last, elements: range.end - range.start };
  }

  #fill(name: string, target: Uint8Array, begin: number): void {
    if (this.#descriptor === undefined) {
      throw new SafetensorsError("closed", this.path, "the reader was closed", name);
    }
    const position = this.#dataStart + begin;
    const count = guardStorage(this.path, "read this file", "read", () =>
      refuseAltered(this.path, () => this.#reader.read(target, position), name),
    );
    if (count < target.byteLength) {
      const reason = `the file ended ${target.byteLength - count} bytes early; it was shortened while open`;
      throw new SafetensorsError("incomplete", this.path, reason, name);
    }
  }
}

function refuseAltered<T>(path: string, read: () => T, tensor?: string): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AlteredBytes)) throw error;
    const reason = `${error.message}; use an earlier checkpoint, or copy this one again from its source`;
    throw new SafetensorsError("altered", path, reason, tensor);
  }
}

function readHeader(path: string, descriptor: number, reader: VerifiedReader): Header {
  const { size } = fstatSync(descriptor);
  const prefix = new Uint8Array(LENGTH_BYTES);
  const count = reader.read(prefix, 0);
  const length = headerBytes(path, prefix.subarray(0, count), size);
  const json = new Uint8Array(length);
  if (reader.read(json, LENGTH_BYTES) < length) {
    throw new SafetensorsError("incomplete", path, "the file was shortened while it was read");
  }
  return parseHeader(path, json, size);
}
