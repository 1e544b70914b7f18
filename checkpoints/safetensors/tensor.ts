/** A tensor as the format knows it: name, dtype, shape and row-major little-endian elements. */
import type { SafetensorsDtype } from "./dtype.ts";

export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Where a tensor lies in its file. `begin` and `end` count bytes from the end of the header. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * A tensor to be written. `data` is the elements (row-major) as
 * - the raw little-endian bytes, for any dtype;
 * - the dtype's own typed array (`Int32Array` for I32, `Uint16Array` of bit patterns for F16, BF16);
 * - a `Float32Array` for any dtype with a conversion: rounded to nearest, ties to even;
 * - or a function that makes one of these when its turn comes, so that a large model need not be in
 *   memory at once.
 */
export interface Tensor {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: TypedArray | (() => TypedArray);
}

/** Tensors that can be read one by one: a file, or a model of several files. */
export interface TensorReader {
  /** All tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The format's free-form strings (`__metadata__`). */
  readonly metadata: ReadonlyMap<string, string>;
  /** The raw bytes of a tensor, or of the elements of `range`, freshly allocated. */
  read(name: string, range?: ElementRange): Uint8Array<ArrayBuffer>;
  /** The same into `target`, which is as long. */
  readInto(name: string, target: Uint8Array, range?: ElementRange): void;
  /**
   * The elements of a floating-point tensor as float32, into `target` when given.
   * @throws {SafetensorsError} "wrong-dtype" when the dtype is not a floating-point one
   */
  readFloat32(name: string, options?: ReadOptions): Float32Array;
  /** Closes the files; reading afterwards is refused. Closing twice is harmless. */
  close(): void;
}

/** Elements `start` (inclusive) to `end` (exclusive) of a flattened tensor. */
export interface ElementRange {
  readonly start: number;
  readonly end: number;
}

export interface ReadOptions {
  readonly range?: ElementRange;
  /** Filled and returned; its length is the number of elements asked for. */
  readonly target?: Float32Array;
}
