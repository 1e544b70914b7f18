/** A picture as a drawing that shows it, so that references of either kind are painted alike. */
import { readFileSync, statSync } from "node:fs";

const largest = 32 * 1024 * 1024;
const signatures: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
];

/** @returns null for a file that is not there, too large, or neither PNG nor JPEG. */
export function pictureFile(file: string): string | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= largest
    ? pictureDrawing(readFileSync(file))
    : null;
}

/** The same of bytes. It is stretched to a square as benchmarks' pictures are squares. */
export function pictureDrawing(bytes: Uint8Array): string | null {
  const found = signatures.find(([, begin]) => begin.every((byte, i) => bytes[i] === byte));
  if (found === undefined) return null;
  const data = Buffer.from(bytes).toString("base64");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><image width="512" height="512" href="data:${found[0]};base64,${data}"/></svg>`;
}
