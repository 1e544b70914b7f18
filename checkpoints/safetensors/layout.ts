/**
 * Where the tensors of a file to be written go, and the header that says so, byte for byte as the
 * reference implementation prints it (`prepare` in safetensors/src/tensor.rs).
 */
import { compareDtypes, type SafetensorsDtype, tensorBytes } from "./dtype.ts";
import { SafetensorsError, type SafetensorsFault } from "./error.ts";
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY } from "./header.ts";
import type { TensorInfo } from "./tensor.ts";

/** What has to be known of a tensor to place it. */
export interface TensorShape {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
}

/**
 * Orders tensors as the reference does, dtypes of large alignment first, then by name, and gives
 * each its place.
 * @param file named in errors
 * @throws {SafetensorsError} for a repeated or reserved name, or a shape that is none
 */
export function layOut<T extends TensorShape>(
  file: string,
  tensors: readonly T[],
): [TensorInfo, T][] {
  const sorted = [...tensors].sort(
    (left, right) => compareDtypes(right.dtype, left.dtype) || compareBytes(left.name, right.name),
  );
  const names = new Set<string>([METADATA_KEY]);
  let offset = 0;
  return sorted.map((tensor) => {
    const { name, dtype, shape } = tensor;
    const refuse = (code: SafetensorsFault, reason: string): never => {
      throw new SafetensorsError(code, file, reason, name);
    };
    if (names.has(name)) refuse("duplicate-name", "two tensors of this name, or a reserved one");
    names.add(name);
    if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
      refuse("invalid-data", `[${shape}] is not a shape`);
    }
    const size = tensorBytes(dtype, shape);
    if (typeof size === "string") return refuse(size, `${dtype} of shape [${shape}] is ${size}`);
    const info = { name, dtype, shape, begin: offset, end: offset + size };
    offset += size;
    return [info, tensor];
  });
}

/**
 * Prints the length field and the JSON, padded with spaces so that the data begins at a multiple of
 * eight. Metadata keys are sorted, so equal content gives equal bytes.
 */
export function printHeader(
  file: string,
  infos: readonly TensorInfo[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const entries: string[] = [];
  if (metadata !== undefined) {
    const sorted = Object.entries(metadata).sort(([left], [right]) => compareBytes(left, right));
    const pairs = sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    entries.push(`"${METADATA_KEY}":{${pairs.join(",")}}`);
  }
  for (const { name, dtype, shape, begin, end } of infos) {
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`,
    );
  }
  const json = new TextEncoder().encode(`{${entries.join(",")}}`);
  const padded = Math.ceil(json.byteLength / LENGTH_BYTES) * LENGTH_BYTES;
  if (padded > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      "header-too-large",
      file,
      `the header would take ${padded} bytes, more than the ${MAX_HEADER_BYTES} that readers accept`,
    );
  }
  const bytes = new Uint8Array(LENGTH_BYTES + padded).fill(0x20, LENGTH_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

/** Compares as UTF-8 bytes do, which differs from JavaScript's order beyond the basic plane. */
function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
