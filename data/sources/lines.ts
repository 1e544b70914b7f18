/** Reads a text file line by line in bounded memory. */
import { closeSync, openSync, readSync } from "node:fs";
import { encodingOf } from "./text-encoding.ts";

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; null where the line cannot be read. */
  readonly text: string | null;
  /** Why it cannot, in a few words. */
  readonly fault: string | null;
}

const newline = 0x0a;
const chunkBytes = 1 << 18;

/** Every line of a file, which `text-encoding.ts` decodes; one of more bytes than allowed is a fault. */
export function* readLines(file: string, maximumBytes: number): Iterable<Line> {
  const handle = openSync(file, "r");
  try {
    const chunk = Buffer.alloc(chunkBytes);
    const read = readSync(handle, chunk);
    const first = chunk.subarray(0, read);
    const encoding = encodingOf(first);
    const splitter = new LineSplitter(encoding, maximumBytes);
    yield* splitter.add(first);
    for (let more = readSync(handle, chunk); more > 0; more = readSync(handle, chunk)) {
      yield* splitter.add(chunk.subarray(0, more));
    }
    yield* splitter.end();
  } finally {
    closeSync(handle);
  }
}

class LineSplitter {
  readonly #encoding: string;
  /** Bytes of a unit of the encoding, and which of them is 10 in a newline. */
  readonly #unit: 1 | 2;
  readonly #at: 0 | 1;
  readonly #maximum: number;
  #parts: Buffer[] = [];
  #length = 0;
  #number = 1;
  /** Bytes of the file before the chunk. */
  #before = 0;

  constructor(encoding: string, maximumBytes: number) {
    this.#encoding = encoding;
    this.#unit = encoding === "utf-8" ? 1 : 2;
    this.#at = encoding === "utf-16be" ? 1 : 0;
    this.#maximum = maximumBytes * this.#unit;
  }

  *add(chunk: Buffer): Iterable<Line> {
    let from = 0;
    for (;;) {
      const end = this.#newline(chunk, from);
      const to = end < 0 ? chunk.length : end;
      this.#length += to - from;
      if (this.#length <= this.#maximum) this.#parts.push(Buffer.from(chunk.subarray(from, to)));
      else this.#parts = [];
      if (end < 0) break;
      from = Math.min(end + this.#unit, chunk.length);
      yield this.#line();
    }
    this.#before += chunk.length;
  }

  *end(): Iterable<Line> {
    if (this.#length > 0) yield this.#line();
  }

  /** Index of the first byte of the next newline; chunks hold whole units, as files do. */
  #newline(chunk: Buffer, from: number): number {
    if (this.#unit === 1) return chunk.indexOf(newline, from);
    for (let i = from + this.#at; ; i++) {
      i = chunk.indexOf(newline, i);
      if (i < 0) return -1;
      const other = this.#at === 0 ? i + 1 : i - 1;
      if ((this.#before + i) % 2 === this.#at && chunk[other] === 0) return i - this.#at;
    }
  }

  #line(): Line {
    const number = this.#number++;
    const bytes = Buffer.concat(this.#parts);
    const long = this.#length > this.#maximum;
    this.#parts = [];
    this.#length = 0;
    if (long) {
      const most = this.#maximum / this.#unit;
      return { number, text: null, fault: `a line longer than ${most} bytes` };
    }
    try {
      // The decoder takes a byte order mark away, which only the first line may begin with.
      const decoder = new TextDecoder(this.#encoding, { fatal: true, ignoreBOM: number > 1 });
      return { number, text: decoder.decode(bytes).replace(/\r$/, ""), fault: null };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { number, text: null, fault: `the bytes are no ${this.#encoding.toUpperCase()}` };
    }
  }
}
