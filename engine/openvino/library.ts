/**
 * OpenVINO's C interface (`openvino/c/openvino.h`, 2026.4), called through koffi. Objects are created
 * by functions whose last argument receives the handle, and counted until they are released.
 */
import koffi from "koffi";
import { explain } from "../base/index.ts";
import { EngineError } from "../engine.ts";
import type { DType } from "../graph/index.ts";

/** Address of an object of the library. */
export type Handle = bigint;

/** As `INFERENCE_PRECISION_HINT: "f32"`. */
export type Properties = Readonly<Record<string, string>>;

/** `ov_element_type_e`. */
const elementType: Readonly<Record<DType, number>> = {
  bool: 1,
  bfloat16: 2,
  float32: 4,
  int32: 9,
  uint8: 16,
};

const makers = {
  ov_core_create: ["void *"],
  ov_core_read_model_from_memory_buffer: ["handle", "void *", "size_t", "handle", "void *"],
  ov_core_compile_model_props: ["handle", "handle", "str", "size_t", "void *", "void *"],
  ov_compiled_model_create_infer_request: ["handle", "void *"],
  ov_tensor_create_from_host_ptr: ["int", "shape", "void *", "void *"],
} as const;

const functions = {
  ov_infer_request_set_tensor: ["handle", "str", "handle"],
  ov_infer_request_infer: ["handle"],
  ov_infer_request_get_profiling_info: ["handle", "void *"],
} as const;

const releasers = [
  "ov_core_free",
  "ov_model_free",
  "ov_compiled_model_free",
  "ov_infer_request_free",
  "ov_tensor_free",
] as const;

type Maker = keyof typeof makers;
type FunctionName = keyof typeof functions;
type Releaser = (typeof releasers)[number];
type Argument = Handle | number | string | ArrayBufferView | object;
type Native = (...args: readonly Argument[]) => unknown;

export interface NodeTime {
  /** As `FullyConnected`. */
  readonly operation: string;
  readonly name: string;
  readonly microseconds: number;
}

interface ProfilingInfo {
  readonly real: number | bigint;
  readonly name: string;
  readonly type: string;
}

/** Beside `ov_core_compile_model`, which takes properties as a C function of any number of arguments. */
const oldest = "2026.4";

export class OpenvinoLibrary {
  /** As `2026.4.1`. */
  readonly version: string;
  readonly #functions: ReadonlyMap<string, Native>;
  readonly #lastMessage: Native;
  readonly #statusText: Native;
  readonly #getProperty: Native;
  readonly #free: Native;
  /** `ov_profiling_info_t`. */
  readonly #profilingInfo: ReturnType<typeof koffi.struct>;
  #objects = 0;

  /**
   * @param path of the library whose name begins with `libopenvino_c`, beside the ones that it loads.
   * @throws EngineError when it does not load, or is too old.
   */
  constructor(path: string) {
    try {
      const library = koffi.load(path);
      const handle = koffi.type("uintptr_t");
      this.#profilingInfo = koffi.struct({
        status: "int",
        real: "int64_t",
        processor: "int64_t",
        name: "str",
        kernel: "str",
        type: "str",
      });
      const shape = koffi.struct({ rank: "int64_t", dims: "void *" });
      const typeOf = (name: string) =>
        name === "handle" ? handle : name === "shape" ? shape : name;
      const native = (name: string, result: string, args: readonly string[]): Native =>
        library.func(name, typeOf(result), args.map(typeOf));
      this.#lastMessage = native("ov_get_last_err_msg", "handle", []);
      this.#statusText = native("ov_get_error_info", "str", ["int"]);
      this.#free = native("ov_free", "void", ["handle"]);
      this.#getProperty = native("ov_core_get_property", "int", [
        ...["handle", "str", "str", "void *"],
      ]);
      this.#functions = new Map([
        ...Object.entries({ ...makers, ...functions }).map(
          ([name, args]) => [name, native(name, "int", args)] as const,
        ),
        ...releasers.map((name) => [name, native(name, "void", ["handle"])] as const),
        ["ov_profiling_info_list_free", native("ov_profiling_info_list_free", "void", ["void *"])],
      ]);
      this.version = readVersion(library);
    } catch (cause) {
      throw explain(`${path} is no OpenVINO ${oldest} or newer`, cause);
    }
  }

  /** Created and not released. */
  get objects(): number {
    return this.#objects;
  }

  /** @throws EngineError with the library's own message. */
  call(name: FunctionName | Maker, ...args: readonly Argument[]): void {
    const status = this.#functions.get(name)!(...args) as number;
    if (status !== 0) throw new EngineError(this.#explain(status));
  }

  /** Calls a function whose last argument receives a handle. @throws EngineError */
  create(name: Maker, ...args: readonly Argument[]): Handle {
    const out = new BigUint64Array(1);
    this.call(name, ...args, out);
    this.#objects++;
    return out[0]!;
  }

  release(name: Releaser, handle: Handle): void {
    this.#functions.get(name)!(handle);
    this.#objects--;
  }

  /** A tensor over an array of ours, which must outlive it. */
  createTensor(data: ArrayBufferView, dtype: DType, shape: readonly number[]): Handle {
    // Of a scalar the address is asked for, too.
    const dims = BigInt64Array.from(shape.length === 0 ? [1] : shape, BigInt);
    const sizes = { rank: shape.length, dims };
    return this.create("ov_tensor_create_from_host_ptr", elementType[dtype], sizes, data);
  }

  /** @throws EngineError when the device does not take the model or a property. */
  compile(core: Handle, model: Handle, device: string, properties: Properties): Handle {
    const strings = Object.entries(properties)
      .flat()
      .map((text) => Buffer.from(`${text}\0`));
    const table = BigUint64Array.from(strings, (bytes) => koffi.address(bytes));
    const count = strings.length / 2;
    return this.create("ov_core_compile_model_props", core, model, device, count, table);
  }

  /** @throws EngineError when the device has no such property. */
  property(core: Handle, device: string, name: string): string {
    const out = new BigUint64Array(1);
    const status = this.#getProperty(core, device, name, out) as number;
    if (status !== 0) throw new EngineError(this.#explain(status));
    return this.#takeText(out[0]!);
  }

  /** Copies a text that the library allocated, and frees it. */
  #takeText(address: Handle): string {
    const text = koffi.decode.string(address);
    this.#free(address);
    return text;
  }

  /**
   * What the request's last run took, a node of the compiled model each, in the order of the run.
   * @throws EngineError when the model was compiled without `PERF_COUNT`.
   */
  profile(request: Handle): NodeTime[] {
    const list = new BigUint64Array(2);
    this.call("ov_infer_request_get_profiling_info", request, list);
    const [first, count] = [list[0]!, Number(list[1]!)];
    const infos = koffi.decode(first, koffi.array(this.#profilingInfo, count)) as ProfilingInfo[];
    const times = infos.map(({ real, type, name }) => ({
      operation: type,
      name,
      microseconds: Number(real),
    }));
    this.#functions.get("ov_profiling_info_list_free")!(list);
    return times;
  }

  #explain(status: number): string {
    const address = BigInt(this.#lastMessage() as number | bigint);
    const detail = address === 0n ? "" : this.#takeText(address).trim();
    const what = `OpenVINO: ${this.#statusText(status) as string}`;
    return detail === "" ? what : `${what}: ${detail}`;
  }
}

/** `2026.4.1` of `2026.4.1-22982-…`. */
function readVersion(library: ReturnType<typeof koffi.load>): string {
  const out = new BigUint64Array(2);
  library.func("ov_get_openvino_version", "int", ["void *"])(out);
  const text = koffi.decode.string(out[0]!);
  library.func("ov_version_free", "void", ["void *"])(out);
  return /^\d+(\.\d+)+/.exec(text)?.[0] ?? text;
}
