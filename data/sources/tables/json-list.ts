/**
 * A `.json` file that is one list: its elements one by one, in bounded memory. What is no JSON is
 * told and passed over as far as brackets and quotes still match.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { type BadRow, SourceError } from "../source.ts";
import type { TableRow } from "./table.ts";

const chunkBytes = 1 << 18;
const largestElement = 4_000_000;

/** @throws SourceError where the file is no list. */
export async function* readJsonList(
  file: string,
  onBad: (bad: BadRow) => void,
): AsyncIterable<TableRow> {
  let number = 0;
  for (const { bytes, fault } of elements(file)) {
    number++;
    const place = `${file}:${number}`;
    const values = bytes === null ? null : objectIn(bytes);
    if (values !== null) yield { place, id: String(number), values };
    else onBad({ place, reason: fault ?? "not a JSON object" });
  }
}

function objectIn(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

interface Element {
  readonly bytes: Buffer | null;
  readonly fault: string | null;
}

const [quote, backslash, comma, open, close] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d];
const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

function* elements(file: string): Iterable<Element> {
  const handle = openSync(file, "r");
  try {
    const splitter = new Splitter(file);
    const chunk = Buffer.alloc(chunkBytes);
    for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk)) {
      yield* splitter.add(chunk.subarray(0, read));
    }
    yield* splitter.end();
  } finally {
    closeSync(handle);
  }
}

class Splitter {
  readonly #file: string;
  #parts: Buffer[] = [];
  #length = 0;
  #hasContent = false;
  /** Brackets that are open; 1 within the list itself. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #isOver = false;
  #isFirst = true;

  constructor(file: string) {
    this.#file = file;
  }

  *add(chunk: Buffer): Iterable<Element> {
    let from = this.#depth === 0 ? chunk.length : 0;
    for (let i = this.#start(chunk); i < chunk.length && !this.#isOver; i++) {
      const byte = chunk[i]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
        continue;
      }
      if (isSpace(byte)) continue;
      if (this.#depth === 0) {
        this.#depth = 1;
        from = i + 1;
        continue;
      }
      if (this.#depth === 1 && (byte === comma || byte === close)) {
        this.#keep(chunk.subarray(from, i));
        from = i + 1;
        if (this.#hasContent || byte === comma) yield this.#element();
        this.#isOver = byte === close;
        continue;
      }
      this.#hasContent = true;
      if (byte === quote) this.#inString = true;
      else if (byte === open || byte === 0x7b) this.#depth++;
      else if (byte === close || byte === 0x7d) this.#depth--;
      if (this.#depth < 1) this.#depth = 1;
    }
    if (this.#depth > 0 && !this.#isOver) this.#keep(chunk.subarray(from));
  }

  *end(): Iterable<Element> {
    if (this.#depth === 0) throw new SourceError(`${this.#file}: empty; expected a list of rows`);
    if (this.#isOver) return;
    yield { bytes: null, fault: "the file ends within the list" };
  }

  /** Index of the first byte to look at, after a byte order mark. */
  #start(chunk: Buffer): number {
    if (!this.#isFirst) return 0;
    this.#isFirst = false;
    const from = chunk[0] === 0xef && chunk[1] === 0xbb ? 3 : 0;
    const first = chunk.subarray(from).find((byte) => !isSpace(byte));
    if (first === open) return from;
    throw new SourceError(`${this.#file}: expected a list of rows, [ {…}, … ]`);
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length <= largestElement) this.#parts.push(Buffer.from(part));
    else this.#parts = [];
  }

  #element(): Element {
    const bytes = this.#length > largestElement ? null : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    this.#hasContent = false;
    return { bytes, fault: bytes === null ? `longer than ${largestElement} bytes` : null };
  }
}
