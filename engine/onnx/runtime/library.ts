/**
 * ONNX Runtime's C interface, called from TypeScript. The npm package's own binding copies every
 * result into a new array; the C interface computes in the arrays that it is given.
 *
 * `OrtGetApiBase` yields a table of functions whose order never changes (functions are only ever
 * added at its end), so a function is its place in `OrtApi` of `onnxruntime_c_api.h`.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import koffi from "koffi";
import { EngineError } from "../../engine.ts";

/** Address of an object of the runtime. */
export type Handle = bigint;

/** The version of the table that is asked for: the oldest that has all of the functions below. */
const apiVersion = 16;

const path = process.platform === "win32" ? "str16" : "str";

const functions = {
  CreateSession: [7, ["handle", path, "handle", "void *"]],
  CreateSessionFromArray: [8, ["handle", "void *", "size_t", "handle", "void *"]],
  Run: [9, ["handle", "handle", "void *", "void *", "size_t", "void *", "size_t", "void *"]],
  CreateSessionOptions: [10, ["void *"]],
  EnableProfiling: [14, ["handle", path]],
  DisableMemPattern: [17, ["handle"]],
  SetSessionLogSeverityLevel: [22, ["handle", "int"]],
  SetSessionGraphOptimizationLevel: [23, ["handle", "int"]],
  SetIntraOpNumThreads: [24, ["handle", "int"]],
  SessionGetInputCount: [30, ["handle", "void *"]],
  SessionGetOutputCount: [31, ["handle", "void *"]],
  SessionGetInputName: [36, ["handle", "size_t", "handle", "void *"]],
  SessionGetOutputName: [37, ["handle", "size_t", "handle", "void *"]],
  CreateTensorWithDataAsOrtValue: [
    49,
    ["handle", "void *", "size_t", "void *", "size_t", "int", "void *"],
  ],
  GetTensorMutableData: [51, ["handle", "void *"]],
  GetTensorElementType: [60, ["handle", "void *"]],
  GetDimensionsCount: [61, ["handle", "void *"]],
  GetDimensions: [62, ["handle", "void *", "size_t"]],
  GetTensorTypeAndShape: [65, ["handle", "void *"]],
  CreateCpuMemoryInfo: [69, ["int", "int", "void *"]],
  AllocatorFree: [76, ["handle", "handle"]],
  GetAllocatorWithDefaultOptions: [78, ["void *"]],
  SessionEndProfiling: [110, ["handle", "handle", "void *"]],
  CreateEnvWithGlobalThreadPools: [119, ["int", "str", "handle", "void *"]],
  DisablePerSessionThreads: [120, ["handle"]],
  CreateAndRegisterAllocator: [144, ["handle", "handle", "handle"]],
  CreateThreadingOptions: [121, ["void *"]],
  AddSessionConfigEntry: [130, ["handle", "str", "str"]],
  SetGlobalIntraOpNumThreads: [147, ["handle", "int"]],
  AddInitializer: [150, ["handle", "str", "handle"]],
  CreatePrepackedWeightsContainer: [166, ["void *"]],
  CreateSessionFromArrayWithPrepackedWeightsContainer: [
    169,
    ["handle", "void *", "size_t", "handle", "handle", "void *"],
  ],
} as const satisfies Record<string, readonly [number, readonly string[]]>;

const releasers = {
  ReleaseStatus: 93,
  ReleaseMemoryInfo: 94,
  ReleaseSession: 95,
  ReleaseValue: 96,
  ReleaseTensorTypeAndShapeInfo: 99,
  ReleaseSessionOptions: 100,
  ReleaseThreadingOptions: 122,
  ReleasePrepackedWeightsContainer: 167,
} as const;

type FunctionName = keyof typeof functions;
type ReleaserName = keyof typeof releasers;
type Argument = Handle | number | string | ArrayBufferView;
type Native = (...args: readonly Argument[]) => unknown;

export class OrtLibrary {
  /** As `1.30.0`. */
  readonly version: string;
  /** The library's own file. */
  readonly path = libraryPath();
  readonly #functions: ReadonlyMap<string, Native>;
  readonly #errorMessage: Native;
  #objects = 0;

  /** @throws EngineError when the shared library is not there or too old. */
  constructor() {
    const library = koffi.load(this.path);
    koffi.type("uintptr_t");
    const base = library.func("OrtGetApiBase", "void *", [])() as unknown;
    const [getApi, getVersion] = koffi.decode(base, "void *", 2) as [unknown, unknown];
    this.version = koffi.call(getVersion, koffi.proto("str", [])) as string;
    const table: unknown = koffi.call(getApi, koffi.proto("void *", ["uint32_t"]), apiVersion);
    if (table === null) {
      throw new EngineError(`ONNX Runtime ${this.version} lacks version ${apiVersion} of its API`);
    }
    const native = (index: number, result: string, args: readonly string[]): Native => {
      const pointer: unknown = koffi.decode(table, index * koffi.sizeof("void *"), "void *");
      const types = args.map((type) => (type === "handle" ? "uintptr_t" : type));
      return koffi.decode(pointer, koffi.proto(result, types)) as Native;
    };
    const entries = Object.entries(functions).map(
      ([name, [index, args]]) => [name, native(index, "uintptr_t", args)] as const,
    );
    const releases = Object.entries(releasers).map(
      ([name, index]) => [name, native(index, "void", ["handle"])] as const,
    );
    this.#functions = new Map([...entries, ...releases]);
    this.#errorMessage = native(2, "str", ["handle"]);
  }

  /** Created and not released. */
  get objects(): number {
    return this.#objects;
  }

  /** @throws EngineError with the runtime's own message. */
  call(name: FunctionName, ...args: readonly Argument[]): void {
    const status = BigInt(this.#functions.get(name)!(...args) as number | bigint);
    if (status === 0n) return;
    const message = this.#errorMessage(status) as string;
    this.release("ReleaseStatus", status);
    throw new EngineError(message);
  }

  /** Calls a function whose last argument receives a handle. */
  create(name: FunctionName, ...args: readonly Argument[]): Handle {
    const out = new BigUint64Array(1);
    this.call(name, ...args, out);
    if (name.startsWith("Create")) this.#objects++;
    return out[0]!;
  }

  /** Counts an object that the runtime made without being asked by its name. */
  adopt(handle: Handle): Handle {
    this.#objects++;
    return handle;
  }

  release(name: ReleaserName, handle: Handle): void {
    this.#functions.get(name)!(handle);
    if (name !== "ReleaseStatus") this.#objects--;
  }
}

function libraryPath(): string {
  const require = createRequire(import.meta.url);
  const root = dirname(dirname(require.resolve("onnxruntime-node")));
  const folder = join(root, "bin", "napi-v6", process.platform, process.arch);
  const names = ["libonnxruntime.so.1", "libonnxruntime.1.dylib", "onnxruntime.dll"];
  const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) {
    throw new EngineError(
      `onnxruntime-node has no ONNX Runtime for ${process.platform} ${process.arch}`,
    );
  }
  return found;
}
