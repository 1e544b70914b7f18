/** JSON files of a checkpoint: printed as Hugging Face prints them, read as hostile input. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { floatPlaces, printWithFloats } from "./python-floats.ts";
import { guardStorage, systemCode } from "./storage-error.ts";
import { JsonError, type JsonValue, parseStrictJson } from "./strict-json.ts";

/** Writes `value` as `printJson` prints it. */
export function writeJsonFile(folder: string, name: string, value: unknown): void {
  const bytes = printJson(folder, name, value);
  writeFileAtomically(join(folder, name), (sink) => sink.write(bytes));
}

/**
 * Prints `value` with an indent of two spaces and a line feed at the end. Numbers are changed nowhere
 * but in the configurations, where Python's floats are printed as such.
 * @param folder named in errors
 * @param name of the file, which says whether it is a configuration
 * @throws {CheckpointError} "not-serializable" for what JSON would silently change: NaN, infinities,
 *   typed arrays, bigints, functions
 */
export function printJson(folder: string, name: string, value: unknown): Uint8Array {
  const refuse = (key: string, what: string): never => {
    const reason = `${name}: the value of ${JSON.stringify(key)} is ${what}, which JSON cannot hold; save it as a tensor, a string or null`;
    throw new CheckpointError("not-serializable", folder, reason, { file: name });
  };
  const text = JSON.stringify(
    value,
    (key, item: unknown) => {
      if (typeof item === "number" && !Number.isFinite(item)) return refuse(key, String(item));
      if (typeof item === "bigint" || typeof item === "function" || typeof item === "symbol") {
        return refuse(key, `a ${typeof item}`);
      }
      if (ArrayBuffer.isView(item)) return refuse(key, `a ${item.constructor.name}`);
      if (item instanceof Map || item instanceof Set) return refuse(key, "a Map or Set");
      return item;
    },
    2,
  );
  if (text === undefined) refuse("", "undefined");
  const isFloat = floatPlaces[name];
  const printed =
    isFloat === undefined ? text : printWithFloats(JSON.parse(text) as JsonValue, isFloat);
  return new TextEncoder().encode(`${printed}\n`);
}

/** @returns undefined when there is no such file. @throws {CheckpointError} "corrupt" when it is not UTF-8 */
export function readTextFile(folder: string, name: string): string | undefined {
  const bytes = readBytes(folder, name);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError("corrupt", folder, `${name}: not valid UTF-8`, { file: name, cause });
  }
}

function readBytes(folder: string, name: string): Uint8Array | undefined {
  const path = join(folder, name);
  return guardStorage(path, "read this file", "read", () => {
    try {
      return readFileSync(path);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  });
}

/**
 * Reads and parses a file.
 * @returns undefined when there is no such file
 * @throws {CheckpointError} "corrupt" when it is not JSON, with line and column
 */
export function readJsonFile(folder: string, name: string): JsonValue | undefined {
  const bytes = readBytes(folder, name);
  if (bytes === undefined) return undefined;
  try {
    return parseStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const reason = cause instanceof JsonError ? cause.message : "not valid UTF-8";
    throw new CheckpointError("corrupt", folder, `${name}: ${reason}`, { file: name, cause });
  }
}
