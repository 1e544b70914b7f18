/**
 * Files that appear whole or not at all.
 *
 * The bytes go to a new file beside the target, reach the disk (fsync), and only then take the
 * target's name (rename, atomic on POSIX); the folder is synced last, so that the new name survives
 * a power cut too. A reader sees the old file or the new one, never a mixture, and a crash leaves at
 * worst a temporary file that `cleanLeftovers` removes.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { BlockSummer, type BlockSums } from "./block-sums.ts";
import { guardStorage } from "./storage-error.ts";
import { temporarySibling } from "./temporary-name.ts";
import { writeAll } from "./transfer.ts";

/** The writing end of a file under construction. */
export interface FileSink {
  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): void;
}

/**
 * Writes the file `path` atomically and durably; `fill` supplies its bytes in order. When `fill`
 * throws, nothing is left behind and an older file of that name is untouched.
 * @returns the sums of what was written
 * @throws {StorageError} when the disk is full, the folder is missing or may not be written
 */
export function writeFileAtomically(path: string, fill: (sink: FileSink) => void): BlockSums {
  const target = resolve(path);
  const temporary = temporarySibling(target);
  const summer = new BlockSummer();
  const write = (descriptor: number, bytes: Uint8Array) => {
    summer.add(bytes);
    writeAll(descriptor, bytes);
  };
  guardStorage(target, "write this file", "write", () => {
    const descriptor = openSync(temporary, "wx");
    try {
      try {
        fill({ write: (bytes) => write(descriptor, bytes) });
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
  return summer.sums();
}

/** The same for a text, as UTF-8. @throws {StorageError} as `writeFileAtomically` does */
export function writeTextAtomically(path: string, text: string): void {
  writeFileAtomically(path, (sink) => sink.write(new TextEncoder().encode(text)));
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
