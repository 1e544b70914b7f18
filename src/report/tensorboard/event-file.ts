/**
 * The files that TensorBoard reads: records of TensorFlow's TFRecord format, each with its length and
 * the sums of both (tensorflow/core/lib/io/record_writer.h).
 */
import { appendFileSync } from "node:fs";
import { writeFileAtomically } from "../../../checkpoints/index.ts";
import { maskedCrc32c } from "./crc32c.ts";
import type { Event } from "./event.ts";

export class EventFile {
  readonly #file: string;

  /** Writes the whole file anew, atomically. @param events the first of them its version */
  constructor(file: string, events: readonly Event[]) {
    this.#file = file;
    writeFileAtomically(file, (sink) => {
      for (const event of events) sink.write(record(event));
    });
  }

  append(event: Event): void {
    appendFileSync(this.#file, record(event));
  }
}

function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
