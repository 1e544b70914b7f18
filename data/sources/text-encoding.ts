/**
 * How text files are decoded, whatever they hold: by their byte order mark, which is no part of the
 * text; without one as UTF-16 where every other byte of the beginning is 0, else as UTF-8. Drawings
 * may declare other encodings and are decoded by `decodeSvg`, which agrees where they do not.
 */
import { readFileSync } from "node:fs";

export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be";

/** @param head the first bytes of a file, four at least where it has them */
export function encodingOf(head: Uint8Array): TextEncoding {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a !== 0 && b === 0 && (c !== 0 || c === undefined) && (d === 0 || d === undefined)) {
    return "utf-16le";
  }
  if (a === 0 && b !== undefined && b !== 0 && (c === 0 || c === undefined)) return "utf-16be";
  return "utf-8";
}

/** @throws TypeError where the bytes are no text in their encoding */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
}

/** @throws TypeError where the file is no text, and what the file system throws */
export function readTextFile(file: string): string {
  return decodeText(readFileSync(file));
}
