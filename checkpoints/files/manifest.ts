/**
 * `checkpoint.json`, written last: the list of a checkpoint's files with their sizes and the SHA-256
 * of every block of them, and a sum of its own. A folder with a manifest that holds is a whole
 * checkpoint; one without was not finished.
 *
 * Small files are compared when a checkpoint is opened. Large files of tensors are compared as their
 * tensors are read, unless all of it is to be known before, as it is when a run goes on.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { BLOCK_BYTES, BlockSummer, type BlockSums, type SumsOf } from "./block-sums.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { guardStorage, StorageError, systemCode } from "./storage-error.ts";
import { isJsonObject, type JsonValue } from "./strict-json.ts";
import { readAll } from "./transfer.ts";

export const MANIFEST_FILE = "checkpoint.json";
const FORMAT = "pathloom-checkpoint";
/** 1 knew large files by their size alone, and had no sum of its own; it is read. */
const VERSION = 2;

/** Files of tensors beyond this are compared as they are read: smaller ones take 10 ms each. */
const READ_LATER_BYTES = 16 * 1024 * 1024;

const WHAT_TO_DO =
  "delete this checkpoint and use an earlier one, or copy it again from its source";

interface ManifestEntry {
  readonly name: string;
  readonly bytes: number;
  /** By blocks; undefined in what version 1 wrote. */
  readonly blocks?: readonly string[];
  /** Of the whole file, in what version 1 wrote. */
  readonly sha256?: string;
}

/** A manifest that was read. */
export interface Manifest {
  readonly names: ReadonlySet<string>;
  /** What tensors are compared with as they are read. */
  readonly sumsOf: SumsOf;
}

/**
 * Lists the files of `folder` in its manifest.
 * @param written sums of files that were made while they were written; others are read for theirs
 */
export function writeManifest(folder: string, written: ReadonlyMap<string, BlockSums>): void {
  const files = filesIn(folder).map((name) => {
    const { bytes, blocks } = written.get(name) ?? sumsOfFile(join(folder, name));
    return { name, bytes, blocks };
  });
  const content = { format: FORMAT, version: VERSION, blockBytes: BLOCK_BYTES, files };
  writeJsonFile(folder, MANIFEST_FILE, { ...content, sha256: ownSum(content) });
}

/** Names of all files below a folder, with slashes between folders, in order; an empty folder counts as a file. */
export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      const inner = filesIn(join(folder, entry.name)).map((name) => `${entry.name}/${name}`);
      return inner.length === 0 ? [entry.name] : inner;
    })
    .sort();
}

/** Of a manifest without its own sum: of its JSON without spaces. */
function ownSum(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

export interface VerifyOptions {
  /** Compare every byte now, instead of those of large tensors as they are read. */
  readonly whole?: boolean | undefined;
}

/**
 * Verifies a folder against its manifest.
 * @returns undefined when the folder has no manifest
 * @throws {CheckpointError} naming the first file that is missing, of another size, or altered
 */
export function verifyManifest(
  folder: string,
  { whole = false }: VerifyOptions = {},
): Manifest | undefined {
  const entries = entriesOf(folder);
  if (entries === undefined) return undefined;
  for (const entry of entries) verifyFile(folder, entry, whole);
  return manifestOf(entries);
}

/**
 * Reads a manifest, and compares nothing.
 * @returns undefined when the folder has none
 * @throws {CheckpointError} when it is malformed
 */
export function readManifest(folder: string): Manifest | undefined {
  const entries = entriesOf(folder);
  return entries && manifestOf(entries);
}

function manifestOf(entries: readonly ManifestEntry[]): Manifest {
  const sums = new Map(
    entries.flatMap(({ name, bytes, blocks }) =>
      blocks === undefined ? [] : [[name, { bytes, blocks }]],
    ),
  );
  return {
    names: new Set(entries.map(({ name }) => name)),
    sumsOf: (name) => sums.get(name),
  };
}

/** The names in a folder's manifest, unverified; undefined where there is none that can be read. */
export function namesInManifest(folder: string): readonly string[] | undefined {
  try {
    return entriesOf(folder)?.map(({ name }) => name);
  } catch (error) {
    if (error instanceof CheckpointError || error instanceof StorageError) return undefined;
    throw error;
  }
}

function entriesOf(folder: string): ManifestEntry[] | undefined {
  const json = readJsonFile(folder, MANIFEST_FILE);
  return json === undefined ? undefined : parseManifest(folder, json);
}

function parseManifest(folder: string, json: JsonValue): ManifestEntry[] {
  const refuse = (reason: string): never => {
    throw new CheckpointError("corrupt", folder, `${MANIFEST_FILE}: ${reason}; ${WHAT_TO_DO}`, {
      file: MANIFEST_FILE,
    });
  };
  if (!isJsonObject(json) || json.format !== FORMAT) return refuse(`is no ${FORMAT} manifest`);
  const { sha256: own, ...content } = json;
  const { version, blockBytes, files } = content;
  if (version !== VERSION && version !== 1) {
    const reason = `was written in version ${JSON.stringify(version)} of the format, this reads ${VERSION}; upgrade pathloom`;
    throw new CheckpointError("unsupported", folder, reason, { file: MANIFEST_FILE });
  }
  if (!Array.isArray(files)) return refuse("lists no files");
  if (version === VERSION && own !== ownSum(content)) {
    return refuse("is not what was saved (its own SHA-256 differs)");
  }
  if (version === VERSION && blockBytes !== BLOCK_BYTES) return refuse("has other blocks");
  return files.map((file) => {
    if (!isJsonObject(file)) return refuse("lists a file that is no object");
    const { name, bytes, sha256, blocks } = file;
    if (typeof name !== "string" || !isPlainName(name)) return refuse("lists a file without name");
    if (typeof bytes !== "number") return refuse(`gives no size for ${name}`);
    if (version === VERSION) {
      if (!isSums(blocks, bytes)) return refuse(`gives malformed sums for ${name}`);
      return { name, bytes, blocks };
    }
    if (sha256 === undefined) return { name, bytes };
    if (typeof sha256 !== "string") return refuse(`gives a malformed hash for ${name}`);
    return { name, bytes, sha256 };
  });
}

function isSums(value: JsonValue | undefined, bytes: number): value is string[] {
  if (!Array.isArray(value) || value.length !== Math.ceil(bytes / BLOCK_BYTES)) return false;
  return value.every((sum) => typeof sum === "string");
}

/** A name that stays inside its folder, or inside of one in it. */
function isPlainName(name: string): boolean {
  return name.split("/").every((part) => /^[^\\\0]+$/.test(part) && part !== "." && part !== "..");
}

function verifyFile(folder: string, entry: ManifestEntry, whole: boolean): void {
  const { name, bytes } = entry;
  const path = join(folder, name);
  const found = guardStorage(path, "read this file", "read", () => sizeOf(path));
  if (found === undefined) {
    const reason = `${name} is missing (${bytes} bytes); ${WHAT_TO_DO}`;
    throw new CheckpointError("missing-file", folder, reason, { file: name });
  }
  if (found !== bytes) {
    const reason = `${name} has ${found} bytes, ${bytes} were saved; ${WHAT_TO_DO}`;
    throw new CheckpointError("wrong-size", folder, reason, { file: name });
  }
  const later = name.endsWith(".safetensors") && bytes > READ_LATER_BYTES;
  if ((whole || !later) && !isAsSaved(path, entry)) {
    const reason = `${name} is not what was saved (its SHA-256 differs); ${WHAT_TO_DO}`;
    throw new CheckpointError("corrupt", folder, reason, { file: name });
  }
}

function isAsSaved(path: string, { blocks, sha256 }: ManifestEntry): boolean {
  if (blocks !== undefined) {
    const found = sumsOfFile(path).blocks;
    return found.length === blocks.length && found.every((sum, i) => sum === blocks[i]);
  }
  if (sha256 === undefined) return true;
  const content = guardStorage(path, "read this file", "read", () => readFileSync(path));
  return createHash("sha256").update(content).digest("hex") === sha256;
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function sumsOfFile(path: string): BlockSums {
  return guardStorage(path, "read this file", "read", () => {
    const descriptor = openSync(path, "r");
    try {
      const summer = new BlockSummer();
      const chunk = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(1, statSync(path).size)));
      for (let at = 0; ; ) {
        const count = readAll(descriptor, chunk, at);
        summer.add(chunk.subarray(0, count));
        at += count;
        if (count < chunk.byteLength) return summer.sums();
      }
    } finally {
      closeSync(descriptor);
    }
  });
}
