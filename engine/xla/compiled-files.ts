/**
 * Compiled programs on disk, by a hash of all that they depend on: the program's text, the options, the
 * plug-in and the device. Compiling takes seconds to minutes where reading takes milliseconds. A file
 * that is damaged, or that the plug-in refuses, is compiled anew; one that cannot be written is not.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { EngineError } from "../engine.ts";
import { compiledEnding, compiledFolder, discard, prune, touch } from "./compiled-folder.ts";
import { describeVersion, type Executable } from "./pjrt/index.ts";
import type { XlaRuntime } from "./runtime.ts";

/** Programs that compile faster than this are not worth a file, in milliseconds. */
const worthKeeping = 500;
const digestBytes = 32;

/**
 * The executable from disk, or compiled now.
 * @param least milliseconds of compiling that are worth a file.
 * @throws EngineError with XLA's message.
 */
export function compiled(
  runtime: XlaRuntime,
  text: string,
  options: Uint8Array,
  least = worthKeeping,
): Executable {
  const folder = compiledFolder();
  const path =
    folder === null ? null : join(folder, `${keyOf(runtime, text, options)}${compiledEnding}`);
  const kept = path === null ? null : load(runtime, path);
  if (kept !== null) return kept;
  const began = performance.now();
  const executable = runtime.client.compile(text, options);
  if (path !== null && performance.now() - began >= least) keep(executable, folder!, path);
  return executable;
}

function keyOf(
  { client, library, threads }: XlaRuntime,
  text: string,
  options: Uint8Array,
): string {
  const { size, mtimeMs } = statSync(library.path);
  const plugIn = [describeVersion(library.version), client.platformVersion, size, mtimeMs];
  const version = [...plugIn, process.env.XLA_FLAGS ?? ""];
  const device = [client.platform, client.deviceKind, client.devices.length, threads];
  const processor = client.platform === "cpu" ? (cpus()[0]?.model ?? "") : "";
  return createHash("sha256")
    .update(JSON.stringify([version, device, processor]))
    .update(options)
    .update(text)
    .digest("hex");
}

/** Null where there is none, or none that is whole. */
function load(runtime: XlaRuntime, path: string): Executable | null {
  try {
    const file = readFileSync(path);
    const bytes = file.subarray(digestBytes);
    // The plug-in does not check what it is given.
    if (!digestOf(bytes).equals(file.subarray(0, digestBytes))) return null;
    const executable = runtime.client.load(Uint8Array.from(bytes));
    touch(path);
    return executable;
  } catch {
    return null;
  }
}

function keep(executable: Executable, folder: string, path: string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    const bytes = executable.serialise();
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, Buffer.concat([digestOf(bytes), bytes]));
    renameSync(temporary, path);
    prune(folder, path);
  } catch (error) {
    discard(temporary);
    // Some plug-ins cannot; a full or read-only disk must not end a training.
    const isExpected = error instanceof EngineError || (error as NodeJS.ErrnoException).code;
    if (!isExpected) throw error;
  }
}

const digestOf = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
