/**
 * `checkpoint.json`, written last: the list of a checkpoint's files with their sizes, and the
 * SHA-256 of those small enough to be hashed at every load. A folder with a manifest that holds is a
 * whole checkpoint; one without was not finished.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError } from "./checkpoint-error.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { guardStorage, StorageError, systemCode } from "./storage-error.ts";
import { isJsonObject, type JsonValue } from "./strict-json.ts";

export const MANIFEST_FILE = "checkpoint.json";
const FORMAT = "pathloom-checkpoint";
const VERSION = 1;

/** Files up to this size are hashed: about 10 ms each. Larger ones are known by their size. */
const HASHED_BYTES = 16 * 1024 * 1024;

const WHAT_TO_DO =
  "delete this checkpoint and use an earlier one, or copy it again from its source";

interface ManifestEntry {
  readonly name: string;
  readonly bytes: number;
  readonly sha256?: string;
}

/** Lists the files of `folder` in its manifest. */
export function writeManifest(folder: string): void {
  const names = readdirSync(folder).sort();
  const files = names.map((name): ManifestEntry => {
    const bytes = statSync(join(folder, name)).size;
    if (bytes > HASHED_BYTES) return { name, bytes };
    return { name, bytes, sha256: sha256(join(folder, name)) };
  });
  writeJsonFile(folder, MANIFEST_FILE, { format: FORMAT, version: VERSION, files });
}

/**
 * Verifies a folder against its manifest.
 * @returns the names of its files, or undefined when the folder has no manifest
 * @throws {CheckpointError} naming the first file that is missing, of another size, or altered
 */
export function verifyManifest(folder: string): ReadonlySet<string> | undefined {
  const json = readJsonFile(folder, MANIFEST_FILE);
  if (json === undefined) return undefined;
  const entries = parseManifest(folder, json);
  for (const entry of entries) verifyFile(folder, entry);
  return new Set(entries.map(({ name }) => name));
}

/** The names in a folder's manifest, unverified; undefined where there is none that can be read. */
export function namesInManifest(folder: string): readonly string[] | undefined {
  try {
    const json = readJsonFile(folder, MANIFEST_FILE);
    return json === undefined ? undefined : parseManifest(folder, json).map(({ name }) => name);
  } catch (error) {
    if (error instanceof CheckpointError || error instanceof StorageError) return undefined;
    throw error;
  }
}

function parseManifest(folder: string, json: JsonValue): ManifestEntry[] {
  const refuse = (reason: string): never => {
    throw new CheckpointError("corrupt", folder, `${MANIFEST_FILE}: ${reason}; ${WHAT_TO_DO}`, {
      file: MANIFEST_FILE,
    });
  };
  if (!isJsonObject(json) || json.format !== FORMAT) return refuse(`is no ${FORMAT} manifest`);
  if (json.version !== VERSION) {
    const reason = `was written in version ${JSON.stringify(json.version)} of the format, this reads ${VERSION}; upgrade pathloom`;
    throw new CheckpointError("unsupported", folder, reason, { file: MANIFEST_FILE });
  }
  if (!Array.isArray(json.files)) return refuse("lists no files");
  return json.files.map((file) => {
    if (!isJsonObject(file)) return refuse("lists a file that is no object");
    const { name, bytes, sha256: hash } = file;
    if (typeof name !== "string" || !isPlainName(name)) return refuse("lists a file without name");
    if (typeof bytes !== "number") return refuse(`gives no size for ${name}`);
    if (hash === undefined) return { name, bytes };
    if (typeof hash !== "string") return refuse(`gives a malformed hash for ${name}`);
    return { name, bytes, sha256: hash };
  });
}

/** A name that stays inside its folder. */
export function isPlainName(name: string): boolean {
  return /^[^/\\\0]+$/.test(name) && name !== "." && name !== "..";
}

function verifyFile(folder: string, { name, bytes, sha256: expected }: ManifestEntry): void {
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
  if (expected !== undefined && sha256(path) !== expected) {
    const reason = `${name} is not what was saved (its SHA-256 differs); ${WHAT_TO_DO}`;
    throw new CheckpointError("corrupt", folder, reason, { file: name });
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function sha256(path: string): string {
  return guardStorage(path, "read this file", "read", () =>
    createHash("sha256").update(readFileSync(path)).digest("hex"),
  );
}
