/** Why a safetensors file was refused: one class, a code to branch on, the file and the place. */
import { PathloomError } from "../../errors/index.ts";

export type SafetensorsFault =
  /** Fewer than the 8 bytes of the header's length. */
  | "header-too-small"
  /** A header over 100 MB, the limit of the reference implementation. */
  | "header-too-large"
  /** The header's stated length passes the end of the file. */
  | "header-length"
  /** The header is not UTF-8. */
  | "header-utf8"
  /** The header is not JSON, or nested too deep. */
  | "header-json"
  /** The header is JSON but does not describe tensors. */
  | "header-schema"
  /** A name appears twice. */
  | "duplicate-name"
  | "unknown-dtype"
  /** A tensor begins where another has not ended, or leaves a gap, or ends before it begins. */
  | "offsets"
  /** Offsets disagree with shape and dtype. */
  | "size-mismatch"
  /** A shape whose size no machine can hold. */
  | "overflow"
  /** A tensor of elements smaller than a byte that ends inside a byte. */
  | "misaligned"
  /** Data missing at the end of the file, or bytes that belong to no tensor. */
  | "incomplete"
  /** Bytes that are not those that the file was saved with. */
  | "altered"
  /** A tensor that the file does not have was asked for. */
  | "tensor-not-found"
  /** The tensor's dtype cannot be converted as asked. */
  | "wrong-dtype"
  /** A range or target that does not fit the tensor. */
  | "range"
  /** Data to be written that does not fit its dtype and shape. */
  | "invalid-data"
  /** `model.safetensors.index.json` is malformed. */
  | "index"
  /** A shard named by the index is missing, or lacks a tensor that the index places in it. */
  | "shard"
  /** The reader was closed. */
  | "closed";

/** A safetensors file or index that is refused, or a request that the file cannot meet. */
export class SafetensorsError extends PathloomError {
  override readonly name: string = "SafetensorsError";
  override readonly code: SafetensorsFault;
  readonly file: string;
  /** The tensor concerned, where there is one. */
  readonly tensor: string | undefined;

  constructor(code: SafetensorsFault, file: string, reason: string, tensor?: string) {
    const place = tensor === undefined ? "" : `tensor ${JSON.stringify(clip(tensor))}: `;
    super(`${file}: ${place}${reason}`);
    this.code = code;
    this.file = file;
    this.tensor = tensor;
  }
}

/** A hostile name may be megabytes long; a message should not be. */
function clip(name: string): string {
  return name.length <= 200 ? name : `${name.slice(0, 200)}…`;
}
