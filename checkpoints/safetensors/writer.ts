/**
 * Writing one safetensors file: laid out first, then streamed tensor by tensor into a temporary file
 * that takes its name when it is whole and on the disk. The bytes depend on the content alone, not
 * on the order in which tensors are given, and equal those of the reference implementation.
 */
import { writeFileAtomically } from "../files/atomic-file.ts";
import type { BlockSums } from "../files/block-sums.ts";
import { elementCount, type SafetensorsDtype } from "./dtype.ts";
import { SafetensorsError } from "./error.ts";
import { encodeFloats, isConvertibleFloat } from "./float-conversion.ts";
import { layOut, printHeader } from "./layout.ts";
import type { Tensor, TensorInfo, TypedArray } from "./tensor.ts";

/** Float32 values converted at a time: a narrowed copy of a large tensor is never held whole. */
const CHUNK_ELEMENTS = 1 << 18;

/** Typed arrays whose elements are the dtype's bit patterns. */
const NATIVE_ARRAYS: Partial<Record<SafetensorsDtype, readonly { new (): TypedArray }[]>> = {
  I8: [Int8Array],
  I16: [Int16Array],
  U16: [Uint16Array],
  F16: [Uint16Array],
  BF16: [Uint16Array],
  I32: [Int32Array],
  U32: [Uint32Array],
  F64: [Float64Array],
  I64: [BigInt64Array],
  U64: [BigUint64Array],
};

/**
 * Writes tensors to a safetensors file, atomically and durably.
 * @param metadata free strings of the header; `{ format: "pt" }` is what transformers expects
 * @returns the sums of the file
 * @throws {SafetensorsError} for names that repeat and data that do not fit dtype and shape
 * @throws {StorageError} when the disk refuses; an older file of that name is then untouched
 */
export function writeSafetensors(
  path: string,
  tensors: Iterable<Tensor>,
  metadata?: Readonly<Record<string, string>>,
): BlockSums {
  const placed = layOut(path, [...tensors]);
  const header = printHeader(
    path,
    placed.map(([info]) => info),
    metadata,
  );
  return writeFileAtomically(path, (sink) => {
    sink.write(header);
    for (const [info, tensor] of placed) {
      const data = typeof tensor.data === "function" ? tensor.data() : tensor.data;
      for (const bytes of littleEndianBytes(path, info, data)) sink.write(bytes);
    }
  });
}

/** The bytes of a tensor's data, in pieces; refuses data that do not fit dtype and shape. */
function* littleEndianBytes(
  path: string,
  info: TensorInfo,
  data: TypedArray,
): Generator<Uint8Array> {
  const { name, dtype, shape, begin, end } = info;
  if (data instanceof Float32Array && isConvertibleFloat(dtype)) {
    if (data.length !== elementCount(shape)) {
      const reason = `${data.length} values given for shape [${shape}]`;
      throw new SafetensorsError("invalid-data", path, reason, name);
    }
    if (dtype === "F32") yield bytesOf(data);
    else {
      for (let at = 0; at < data.length; at += CHUNK_ELEMENTS) {
        yield encodeFloats(dtype, data.subarray(at, at + CHUNK_ELEMENTS));
      }
    }
    return;
  }
  const natives = NATIVE_ARRAYS[dtype] ?? [];
  if (!(data instanceof Uint8Array) && !natives.some((native) => data instanceof native)) {
    const reason = `a ${data.constructor.name} does not hold ${dtype} elements`;
    throw new SafetensorsError("invalid-data", path, reason, name);
  }
  if (data.byteLength !== end - begin) {
    const reason = `${data.byteLength} bytes given, ${dtype} of shape [${shape}] takes ${end - begin}`;
    throw new SafetensorsError("invalid-data", path, reason, name);
  }
  yield bytesOf(data);
}

function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
