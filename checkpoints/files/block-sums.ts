/**
 * Sums of a file by blocks of 4 MiB: made while it is written, and compared while it is read, so that
 * a flipped bit is found however large the file is, and whatever part of it is read in whatever
 * order, without reading anything twice.
 */
import { createHash, type Hash } from "node:crypto";
import { readAll } from "./transfer.ts";

/** Small enough to be read for the sake of a few bytes, large enough to be few. */
export const BLOCK_BYTES = 4 * 1024 * 1024;

export interface BlockSums {
  /** Of the file. */
  readonly bytes: number;
  /** SHA-256 in hexadecimal of each block of `BLOCK_BYTES`; the last may be shorter. */
  readonly blocks: readonly string[];
}

/** The sums by the name of a file in a folder; undefined for one that is not known. */
export type SumsOf = (name: string) => BlockSums | undefined;

/** Adds up a file as it is written. */
export class BlockSummer {
  readonly #blocks: string[] = [];
  #hash: Hash = createHash("sha256");
  #bytes = 0;

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const room = BLOCK_BYTES - (this.#bytes % BLOCK_BYTES);
      const part = bytes.subarray(at, at + room);
      this.#hash.update(part);
      this.#bytes += part.byteLength;
      at += part.byteLength;
      if (this.#bytes % BLOCK_BYTES === 0) this.#endBlock();
    }
  }

  /** Of all that was added; nothing may be added afterwards. */
  sums(): BlockSums {
    if (this.#bytes % BLOCK_BYTES !== 0) this.#endBlock();
    return { bytes: this.#bytes, blocks: this.#blocks };
  }

  #endBlock(): void {
    this.#blocks.push(this.#hash.digest("hex"));
    this.#hash = createHash("sha256");
  }
}

/** Bytes of a file that are not those that were saved. */
export class AlteredBytes extends Error {
  readonly start: number;
  readonly end: number;

  constructor(start: number, end: number) {
    super(`bytes ${start} to ${end} are not what was saved (their SHA-256 differs)`);
    this.start = start;
    this.end = end;
  }
}

/** Reads an open file anywhere, and compares each block with its sum the first time it is met. */
export class VerifiedReader {
  readonly #descriptor: number;
  readonly #sums: BlockSums | undefined;
  readonly #known: Uint8Array;

  /** @param sums those that the file was saved with; undefined reads without comparing */
  constructor(descriptor: number, sums: BlockSums | undefined) {
    this.#descriptor = descriptor;
    this.#sums = sums;
    this.#known = new Uint8Array(sums?.blocks.length ?? 0);
  }

  /**
   * Reads into all of `target` from byte `position`.
   * @returns the bytes read: fewer than asked only where the file ends
   * @throws {AlteredBytes} when a block is not what was saved
   */
  read(target: Uint8Array, position: number): number {
    if (this.#sums === undefined) return readAll(this.#descriptor, target, position);
    const end = Math.min(position + target.byteLength, this.#sums.bytes);
    let at = position;
    while (at < end) {
      const start = at - (at % BLOCK_BYTES);
      const stop = Math.min(start + BLOCK_BYTES, this.#sums.bytes, end);
      const part = target.subarray(at - position, stop - position);
      const count = this.#readPart(part, at, start / BLOCK_BYTES);
      at += count;
      if (count < part.byteLength) break;
    }
    return Math.max(0, at - position);
  }

  /** Reads what lies in one block. */
  #readPart(part: Uint8Array, at: number, block: number): number {
    if (this.#known[block] === 1) return readAll(this.#descriptor, part, at);
    const start = block * BLOCK_BYTES;
    const size = Math.min(BLOCK_BYTES, this.#sums!.bytes - start);
    const whole = part.byteLength === size;
    const bytes = whole ? part : new Uint8Array(size);
    const count = readAll(this.#descriptor, bytes, start);
    if (count < size)
      return whole ? count : Math.max(0, Math.min(part.byteLength, count - at + start));
    if (createHash("sha256").update(bytes).digest("hex") !== this.#sums!.blocks[block]) {
      throw new AlteredBytes(start, start + size);
    }
    this.#known[block] = 1;
    if (!whole) part.set(bytes.subarray(at - start, at - start + part.byteLength));
    return part.byteLength;
  }
}
