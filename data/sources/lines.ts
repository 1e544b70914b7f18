/** Reads a text file line by line in bounded memory. */
import { closeSync, openSync, readSync } from "node:fs";

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; null where the line is longer than allowed. */
  readonly text: string | null;
}

const newline = 0x0a;

/** Every line of a UTF-8 file, without a byte order mark; one longer than `maximumBytes` comes as null. */
export function* readLines(file: string, maximumBytes: number): Iterable<Line> {
  const handle = openSync(file, "r");
  try {
    yield* splitLines(handle, maximumBytes);
  } finally {
    closeSync(handle);
  }
}

function* splitLines(handle: number, maximumBytes: number): Iterable<Line> {
  const chunk = Buffer.alloc(1 << 18);
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  const take = (): Line => {
    const text = length > maximumBytes ? null : Buffer.concat(parts).toString("utf8");
    parts = [];
    length = 0;
    const clean = number === 1 ? text?.replace(/^\uFEFF/, "") : text;
    return { number: number++, text: clean?.replace(/\r$/, "") ?? null };
  };
  for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk)) {
    let from = 0;
    while (from < read) {
      const end = chunk.subarray(0, read).indexOf(newline, from);
      const to = end === -1 ? read : end;
      length += to - from;
      if (length <= maximumBytes) parts.push(Buffer.from(chunk.subarray(from, to)));
      else parts = [];
      if (end === -1) break;
      yield take();
      from = end + 1;
    }
  }
  if (length > 0) yield take();
}
