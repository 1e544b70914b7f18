/** Reading and writing all of what is asked, which the system may do in parts. */
import { readSync, writeSync } from "node:fs";

/** Linux moves at most this many bytes in one call; Node refuses to ask for more than 2^31 - 1. */
const LARGEST_CALL = 1 << 30;

/** Appends all of `bytes` to an open file. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; ) {
    const length = Math.min(LARGEST_CALL, bytes.byteLength - done);
    done += writeSync(descriptor, bytes, done, length);
  }
}

/**
 * Reads into all of `target` from byte `position` of an open file.
 * @returns the bytes read: fewer than asked only where the file ends
 */
export function readAll(descriptor: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.byteLength) {
    const length = Math.min(LARGEST_CALL, target.byteLength - done);
    const count = readSync(descriptor, target, done, length, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
