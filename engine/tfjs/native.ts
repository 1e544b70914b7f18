/** Loads a native package of TensorFlow.js: libtensorflow behind the same functions. */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import util from "node:util";
import { countThreads, explain } from "../base/index.ts";
import type { Engine } from "../engine.ts";
import { EngineError } from "../engine.ts";
import { nativeKernels } from "./kernels/index.ts";
import {
  findNativePackage,
  loadedLibrary,
  type NativeEngineName,
  type NativePackage,
  noteLoaded,
  whyUnavailable,
} from "./package/index.ts";
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
  readonly threads: number;
  readonly usesGpu: boolean;
}

const threadsVariable = "TF_NUM_INTRAOP_THREADS";

/** How many threads a libtensorflow that is loaded now computes with. */
function threadsHere(): number {
  const set = Number(process.env[threadsVariable]);
  return Number.isInteger(set) && set > 0 ? set : availableParallelism();
}

/**
 * @param environment read by libtensorflow when it is loaded; what the user has set stays.
 * @param threads goes before what the user has set; null leaves that, and takes all cores without it.
 * @throws EngineError when the package is missing, has no binding, does not load, or has been loaded
 * with another number of threads, or the other package has been. The environment is then as before.
 */
export function loadNative(
  engine: NativeEngineName,
  environment: Readonly<Record<string, string>>,
  threads: number | null = null,
): NativeRuntime {
  const why = whyUnavailable(engine);
  if (why !== null) throw new EngineError(`the engine ${engine} cannot start: ${why}`);
  const kept = loadedLibrary();
  if (kept !== null && threads !== null && threads !== kept.threads) {
    throw new EngineError(
      `TensorFlow has been loaded with threads: ${kept.threads}, which it keeps until the process ends; ${threads} were asked for`,
    );
  }
  const found = findNativePackage(engine)!;
  restoreRemovedFunctions();
  silence();
  const tf = kept === null ? firstLoad(engine, found, environment, threads) : requirePackage(found);
  const names = { tf, backend: "tensorflow" };
  activate(names);
  const backend = tf.backend() as unknown as NativeBackend;
  return {
    runtime: { ...names, isAsynchronous: backend.isUsingGpuDevice },
    package: found,
    libtensorflow: backend.binding.TF_Version,
    threads: loadedLibrary()!.threads,
    usesGpu: backend.isUsingGpuDevice,
  };
}

/** Loads under the environment, which stays only if that succeeds. */
function firstLoad(
  engine: NativeEngineName,
  found: NativePackage,
  environment: Readonly<Record<string, string>>,
  threads: number | null,
): Tf {
  const asked = threads === null ? {} : { [threadsVariable]: String(threads) };
  const names = Object.keys({ ...environment, ...asked });
  const before = new Map(names.map((name) => [name, process.env[name]]));
  for (const [name, value] of Object.entries(environment)) process.env[name] ??= value;
  Object.assign(process.env, asked);
  try {
    const tf = requirePackage(found);
    noteLoaded({ engine, threads: threadsHere() });
    return tf;
  } catch (error) {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    throw error;
  }
}

export function nativeEngine(
  name: NativeEngineName,
  native: NativeRuntime,
  device: string,
  profileFolder?: string,
): Engine {
  const { threads } = native;
  const description = {
    name,
    summary: `TensorFlow ${native.libtensorflow} through ${native.package.name} ${native.package.version}, ${device}, ${countThreads(threads)}`,
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
    throw explain(`${found.name} ${found.version} does not load`, cause);
  }
}

/** Version 4.22 of the packages calls a function that Node 23 removed from its `util`. */
function restoreRemovedFunctions(): void {
  const removed: { isNullOrUndefined?: (value: unknown) => boolean } = util;
  removed.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
