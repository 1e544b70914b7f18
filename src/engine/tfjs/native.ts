/** Loads a native package of TensorFlow.js: libtensorflow behind the same functions. */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import util from "node:util";
import type { Engine } from "../engine.ts";
import { EngineError } from "../engine.ts";
import { nativeKernels } from "./kernels/native.ts";
import {
  findNativePackage,
  type NativeEngineName,
  type NativePackage,
  nativePackageNames,
} from "./native-package.ts";
import { activate, type Runtime, silence, type Tf } from "./runtime.ts";
import { TfjsEngine } from "./tfjs-engine.ts";

/** What the package's backend tells about the library behind it. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

export interface NativeRuntime {
  readonly runtime: Runtime;
  readonly package: NativePackage;
  readonly libtensorflow: string;
  readonly usesGpu: boolean;
}

/** Why an engine cannot start, and what to do; null when it can be tried. */
export function whyUnavailable(engine: NativeEngineName): string | null {
  const found = findNativePackage(engine);
  const name = nativePackageNames[engine];
  if (found === null) return `${name} is not installed (see pathloom doctor)`;
  if (found.isBuilt) return null;
  return `${name} is installed without its binding ${found.binding} (pathloom doctor says how to build it)`;
}

const threadsVariable = "TF_NUM_INTRAOP_THREADS";

/** How many threads libtensorflow computes with; it reads the variable once, when it is loaded. */
function threadsHere(): number {
  const set = Number(process.env[threadsVariable]);
  return Number.isInteger(set) && set > 0 ? set : availableParallelism();
}

let isLoaded = false;

/**
 * For the engine that is loaded next, whatever the variable says.
 * @throws EngineError when one is loaded with another number.
 */
export function setThreads(threads: number): void {
  if (isLoaded && threadsHere() !== threads) {
    throw new EngineError(
      `TensorFlow has been loaded with threads: ${threadsHere()}, which it keeps until the process ends; ${threads} were asked for`,
    );
  }
  process.env[threadsVariable] = String(threads);
}

/**
 * @param environment read by libtensorflow when it is loaded; what the user has set stays.
 * @throws EngineError when the package is missing, has no binding, or does not load.
 */
export function loadNative(
  engine: NativeEngineName,
  environment: Readonly<Record<string, string>>,
): NativeRuntime {
  const why = whyUnavailable(engine);
  if (why !== null) throw new EngineError(`the engine ${engine} cannot start: ${why}`);
  for (const [name, value] of Object.entries(environment)) process.env[name] ??= value;
  const found = findNativePackage(engine)!;
  restoreRemovedFunctions();
  silence();
  const tf = requirePackage(found);
  isLoaded = true;
  const names = { tf, backend: "tensorflow" };
  activate(names);
  const backend = tf.backend() as unknown as NativeBackend;
  return {
    runtime: { ...names, isAsynchronous: backend.isUsingGpuDevice },
    package: found,
    libtensorflow: backend.binding.TF_Version,
    usesGpu: backend.isUsingGpuDevice,
  };
}

export function nativeEngine(
  name: NativeEngineName,
  native: NativeRuntime,
  device: string,
  profileFolder?: string,
): Engine {
  const threads = threadsHere();
  const counted = threads === 1 ? "1 thread" : `${threads} threads`;
  const description = {
    name,
    summary: `TensorFlow ${native.libtensorflow} through ${native.package.name} ${native.package.version}, ${device}, ${counted}`,
    version: native.libtensorflow,
    device,
    threads,
  };
  return new TfjsEngine(description, native.runtime, nativeKernels, profileFolder);
}

function requirePackage(found: NativePackage): Tf {
  const load = createRequire(join(found.folder, "package.json"));
  try {
    return load(found.folder) as Tf;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(`${found.name} ${found.version} does not load: ${why}`, { cause });
  }
}

/** Version 4.22 of the packages calls a function that Node 23 removed from its `util`. */
function restoreRemovedFunctions(): void {
  const removed: { isNullOrUndefined?: (value: unknown) => boolean } = util;
  removed.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
