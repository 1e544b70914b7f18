/**
 * Files that appear whole or not at all.
 *
 * The bytes go to a new file beside the target, reach the disk (fsync), and only then take the
 * target's name (rename, atomic on POSIX); the folder is synced last, so that the new name survives
 * a power cut too. A reader sees the old file or the new one, never a mixture, and a crash leaves at
 * worst a temporary file that `cleanLeftovers` removes.
 */
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { guardStorage } from "./storage-error.ts";
import { temporarySibling } from "./temporary-name.ts";

/** Linux moves at most this many bytes in one call; Node refuses to ask for more than 2^31 - 1. */
const LARGEST_CALL = 1 << 30;

/** The writing end of a file under construction. */
export interface FileSink {
  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): void;
}

/**
 * Writes the file `path` atomically and durably; `fill` supplies its bytes in order. When `fill`
 * throws, nothing is left behind and an older file of that name is untouched.
 * @throws {StorageError} when the disk is full, the folder is missing or may not be written
 */
export function writeFileAtomically(path: string, fill: (sink: FileSink) => void): void {
  const target = resolve(path);
  const temporary = temporarySibling(target);
  guardStorage(target, "write this file", "write", () => {
    const descriptor = openSync(temporary, "wx");
    try {
      try {
        fill({ write: (bytes) => writeAll(descriptor, bytes) });
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(target));
  });
}

/** Makes the names inside `folder` durable. Windows has no such call and needs none for renames. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  guardStorage(folder, "sync this folder", "write", () => {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
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
