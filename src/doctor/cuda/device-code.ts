/**
 * Whether a shared library holds kernels for NVIDIA GPUs. Compilers of CUDA put them into a section
 * `.nv_fatbin` of the ELF file; its table of sections is read, and nothing is loaded.
 */
import { closeSync, openSync, readSync } from "node:fs";

/** Names of sections take kilobytes; a damaged file may claim anything. */
const mostBytes = 1 << 24;

/** Null when the file is no 64-bit ELF file of little-endian order, or a damaged one. */
export function holdsDeviceCode(file: string): boolean | null {
  const descriptor = openSync(file, "r");
  try {
    return sectionNames(descriptor)?.split("\0").includes(".nv_fatbin") ?? null;
  } finally {
    closeSync(descriptor);
  }
}

/** Of the file's header, and of an entry in its table of sections. */
const headerBytes = 64;
const sectionBytes = 64;
const magic = "\x7fELF\x02\x01";

/** The names of all sections, each ended by a zero. */
function sectionNames(descriptor: number): string | null {
  const header = readAt(descriptor, 0, headerBytes);
  if (header?.toString("latin1", 0, magic.length) !== magic) return null;
  const table = Number(header.readBigUInt64LE(40));
  const entryBytes = header.readUInt16LE(58);
  const namesIndex = header.readUInt16LE(62);
  const entry = readAt(descriptor, table + namesIndex * entryBytes, sectionBytes);
  if (entry === null) return null;
  const offset = Number(entry.readBigUInt64LE(24));
  const bytes = Number(entry.readBigUInt64LE(32));
  return readAt(descriptor, offset, bytes)?.toString("latin1") ?? null;
}

/** Null where the file ends before. */
function readAt(descriptor: number, position: number, bytes: number): Buffer | null {
  if (bytes > mostBytes || !Number.isSafeInteger(position)) return null;
  const target = Buffer.alloc(bytes);
  return readSync(descriptor, target, 0, bytes, position) === bytes ? target : null;
}
