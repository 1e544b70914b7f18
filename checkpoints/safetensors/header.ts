/**
 * The header of a safetensors file: 8 bytes of length (little-endian), that many bytes of JSON, and
 * then the data, which the tensors cover without gap or overlap to the last byte of the file.
 *
 * `parseHeader` accepts what the reference implementation accepts (`SafeTensors::read_metadata`),
 * and refuses repeated names as well, which the format forbids and the reference lets through.
 * `printHeader` lays tensors out and prints the JSON byte for byte as the reference does.
 */
import {
  isJsonObject,
  JsonError,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
} from "../strict-json.ts";
import { compareDtypes, isSafetensorsDtype, type SafetensorsDtype, tensorBytes } from "./dtype.ts";
import { SafetensorsError, type SafetensorsFault } from "./error.ts";
import type { TensorInfo } from "./tensor.ts";

/** Bytes of the header's length field. */
export const LENGTH_BYTES = 8;
/** The longest header that the reference implementation reads. */
export const MAX_HEADER_BYTES = 100_000_000;

const METADATA_KEY = "__metadata__";

export interface Header {
  /** In the order of the data. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the data begins, in bytes from the start of the file. */
  readonly dataStart: number;
}

/**
 * Checks the length field against the limit and the file, before anything is allocated for it.
 * @param prefix the first bytes of the file, 8 where it has them
 * @returns the bytes of JSON that follow
 */
export function headerBytes(file: string, prefix: Uint8Array, fileSize: number): number {
  if (prefix.byteLength < LENGTH_BYTES) {
    throw new SafetensorsError(
      "header-too-small",
      file,
      `a safetensors file begins with ${LENGTH_BYTES} bytes of header length; this has ${prefix.byteLength}`,
    );
  }
  const stated = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (stated > BigInt(MAX_HEADER_BYTES)) {
    throw new SafetensorsError(
      "header-too-large",
      file,
      `the header claims ${stated} bytes, more than the ${MAX_HEADER_BYTES} allowed; this is no safetensors file, or a hostile one`,
    );
  }
  const length = Number(stated);
  if (LENGTH_BYTES + length > fileSize) {
    throw new SafetensorsError(
      "header-length",
      file,
      `the header claims ${length} bytes, but the file ends ${fileSize - LENGTH_BYTES} bytes after its length; the file was cut short or is no safetensors file`,
    );
  }
  return length;
}

/**
 * Parses and validates the JSON of a header.
 * @param bytes the header's JSON, without the length field
 * @throws {SafetensorsError} with the code of what is wrong and the tensor's name
 */
export function parseHeader(file: string, bytes: Uint8Array, fileSize: number): Header {
  const json = parseHeaderJson(file, bytes);
  const { [METADATA_KEY]: metadata = null, ...described } = json;
  const infos = Object.entries(described).map(([name, value]) => readInfo(file, name, value));
  infos.sort((left, right) => left.begin - right.begin || left.end - right.end);
  const dataStart = LENGTH_BYTES + bytes.byteLength;
  checkCoverage(file, infos, fileSize - dataStart);
  return {
    tensors: new Map(infos.map((info) => [info.name, info])),
    metadata: readMetadata(file, metadata),
    dataStart,
  };
}

function parseHeaderJson(file: string, bytes: Uint8Array): JsonObject {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SafetensorsError("header-utf8", file, "the header is not valid UTF-8");
  }
  let json: JsonValue;
  try {
    json = parseStrictJson(text, { naturalNumbersOnly: true });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const codes: Partial<Record<JsonError["fault"], SafetensorsFault>> = {
      "duplicate-key": "duplicate-name",
      "number-range": "overflow",
    };
    throw new SafetensorsError(
      codes[error.fault] ?? "header-json",
      file,
      `header: ${error.message}`,
    );
  }
  if (!isJsonObject(json)) {
    throw new SafetensorsError("header-schema", file, "the header is not a JSON object");
  }
  return json;
}

function readMetadata(file: string, value: JsonValue): Map<string, string> {
  if (value === null) return new Map();
  const entries = isJsonObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === "string")) {
    throw new SafetensorsError(
      "header-schema",
      file,
      `${METADATA_KEY} must map strings to strings`,
    );
  }
  return new Map(entries);
}

function readInfo(file: string, name: string, value: JsonValue): TensorInfo {
  const refuse = (code: SafetensorsFault, reason: string): never => {
    throw new SafetensorsError(code, file, reason, name);
  };
  if (!isJsonObject(value)) return refuse("header-schema", "its description is not an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string") return refuse("header-schema", "it has no dtype");
  if (!isSafetensorsDtype(dtype)) {
    return refuse("unknown-dtype", `unknown dtype ${JSON.stringify(dtype.slice(0, 40))}`);
  }
  if (!isNumbers(shape)) return refuse("header-schema", "its shape is not a list of numbers");
  if (!isNumbers(offsets) || offsets.length !== 2) {
    return refuse("header-schema", "its data_offsets are not two numbers");
  }
  const [begin, end] = offsets as [number, number];
  const size = tensorBytes(dtype, shape);
  if (size === "overflow") return refuse("overflow", `the size of shape [${shape}] overflows`);
  if (size === "misaligned") {
    return refuse("misaligned", `${dtype} elements of shape [${shape}] end inside a byte`);
  }
  if (end < begin) return refuse("offsets", `it ends at ${end}, before its begin at ${begin}`);
  if (end - begin !== size) {
    return refuse(
      "size-mismatch",
      `${dtype} of shape [${shape}] takes ${size} bytes, but its offsets span ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isNumbers(value: JsonValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

/** The sorted tensors must tile the data exactly, from its first byte to the end of the file. */
function checkCoverage(file: string, infos: readonly TensorInfo[], dataBytes: number): void {
  let covered = 0;
  for (const { name, begin, end } of infos) {
    if (begin !== covered) {
      const fault = begin < covered ? "overlaps the tensor before it" : "leaves a gap before it";
      throw new SafetensorsError(
        "offsets",
        file,
        `it begins at byte ${begin} of the data and ${fault}, which ends at ${covered}`,
        name,
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    const reason =
      covered > dataBytes
        ? `the file was cut short: its tensors take ${covered} bytes, ${dataBytes} are there`
        : `${dataBytes - covered} bytes after the last tensor belong to nothing`;
    throw new SafetensorsError("incomplete", file, reason);
  }
}

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
