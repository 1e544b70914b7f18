/**
 * The header of a safetensors file: 8 bytes of length (little-endian), that many bytes of JSON, and
 * then the data, which the tensors cover without gap or overlap to the last byte of the file.
 *
 * `parseHeader` accepts what the reference implementation accepts (`SafeTensors::read_metadata`),
 * and refuses repeated names as well, which the format forbids and the reference lets through.
 */
import {
  isJsonObject,
  JsonError,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
} from "../files/strict-json.ts";
import { isSafetensorsDtype, tensorBytes } from "./dtype.ts";
import { SafetensorsError, type SafetensorsFault } from "./error.ts";
import type { TensorInfo } from "./tensor.ts";

/** Bytes of the header's length field. */
export const LENGTH_BYTES = 8;
/** The longest header that the reference implementation reads. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The name that no tensor may have: it holds the free strings. */
export const METADATA_KEY = "__metadata__";

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
