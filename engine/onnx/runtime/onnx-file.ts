/** An ONNX file of somebody else's, run by the runtime as it is: numbers in, numbers out, by name. */
import { existsSync } from "node:fs";
import koffi from "koffi";
import { explain } from "../../base/index.ts";
import { EngineError } from "../../engine.ts";
import { type OrtEnvironment, ortEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";

/** float32, or int64 as models take token ids. */
export interface FileTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly shape: readonly number[];
}

/** Of `TensorProto.DataType`. */
const [float32, int64] = [1, 7] as const;
/** Such a file was written for any runtime: it may be rewritten for this one. */
const allOptimizations = 99;
const silent = 4;
/** Values of an output, at most: 1 GiB of them. */
const mostValues = 2 ** 28;
const mostDimensions = 16;

/**
 * @example
 * const model = new OnnxFile("onnx/model.onnx", 2);
 * const outputs = model.run({ pixel_values: { data: pixels, shape: [1, 3, 224, 224] } });
 * model.dispose();
 */
export class OnnxFile {
  readonly file: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #environment: OrtEnvironment;
  readonly #session: Handle;

  /** @throws EngineError where there is no such file, or the runtime refuses it. */
  constructor(file: string, threads: number) {
    if (!existsSync(file)) throw new EngineError(`${file}: there is no such file`);
    this.file = file;
    this.#environment = ortEnvironment(threads);
    const { library, handle } = this.#environment;
    const settings = this.#settings(threads);
    try {
      this.#session = library.create("CreateSession", handle, file, settings);
    } catch (cause) {
      throw explain(`${file}: no ONNX model that can be run`, cause);
    } finally {
      library.release("ReleaseSessionOptions", settings);
    }
    this.inputs = this.#names("Input");
    this.outputs = this.#names("Output");
  }

  /**
   * @param feeds by the inputs' names; what the model does not ask for is left out.
   * @returns all outputs by name, copied.
   * @throws EngineError where an input is not given, does not fit, or an output is no float32.
   */
  run(feeds: Readonly<Record<string, FileTensor>>): Map<string, FileTensor> {
    const { library } = this.#environment;
    const made: Handle[] = [];
    const found = new BigUint64Array(this.outputs.length);
    try {
      for (const name of this.inputs) made.push(this.#tensor(name, feeds));
      const names = [cStrings(this.inputs), cStrings(this.outputs)] as const;
      library.call(
        "Run",
        this.#session,
        0n,
        names[0].pointers,
        BigUint64Array.from(made),
        made.length,
        names[1].pointers,
        found.length,
        found,
      );
      return new Map(this.outputs.map((name, i) => [name, this.#read(name, found[i]!)]));
    } catch (cause) {
      throw explain(this.file, cause);
    } finally {
      for (const value of made) library.release("ReleaseValue", value);
      for (const value of found) {
        if (value !== 0n) library.release("ReleaseValue", library.adopt(value));
      }
    }
  }

  dispose(): void {
    this.#environment.library.release("ReleaseSession", this.#session);
  }

  #settings(threads: number): Handle {
    const { library, threads: shared, sharesThreads } = this.#environment;
    const settings = library.create("CreateSessionOptions");
    library.call("SetSessionGraphOptimizationLevel", settings, allOptimizations);
    library.call("SetSessionLogSeverityLevel", settings, silent);
    if (threads === shared && sharesThreads) library.call("DisablePerSessionThreads", settings);
    else library.call("SetIntraOpNumThreads", settings, threads);
    return settings;
  }

  #names(kind: "Input" | "Output"): string[] {
    const { library } = this.#environment;
    const allocator = library.create("GetAllocatorWithDefaultOptions");
    const count = Number(library.create(`SessionGet${kind}Count`, this.#session));
    return Array.from({ length: count }, (_, index) => {
      const name = library.create(`SessionGet${kind}Name`, this.#session, index, allocator);
      const text = koffi.decode.string(name);
      library.call("AllocatorFree", allocator, name);
      return text;
    });
  }

  #tensor(name: string, feeds: Readonly<Record<string, FileTensor>>): Handle {
    const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
    if (feed === undefined) {
      const given = Object.keys(feeds).join(", ");
      throw new EngineError(`it asks for ${name}, but there is only ${given}`);
    }
    const { library, hostMemory } = this.#environment;
    return library.create(
      "CreateTensorWithDataAsOrtValue",
      hostMemory,
      feed.data,
      feed.data.byteLength,
      BigInt64Array.from(feed.shape, BigInt),
      feed.shape.length,
      feed.data instanceof Float32Array ? float32 : int64,
    );
  }

  #read(name: string, value: Handle): FileTensor {
    const { library } = this.#environment;
    const info = library.adopt(library.create("GetTensorTypeAndShape", value));
    try {
      const type = new Int32Array(1);
      library.call("GetTensorElementType", info, type);
      const rank = Number(library.create("GetDimensionsCount", info));
      if (type[0] !== float32 || rank > mostDimensions) {
        throw new EngineError(
          `expected float32 from ${name}, but it gives another type; take the file of full precision`,
        );
      }
      const dimensions = new BigInt64Array(rank);
      library.call("GetDimensions", info, dimensions, rank);
      const shape = Array.from(dimensions, Number);
      const count = shape.reduce((all, side) => all * side, 1);
      if (count > mostValues) throw new EngineError(`${name} has ${count} values: too many`);
      const address = library.create("GetTensorMutableData", value);
      // The runtime's own memory goes with the value.
      const data = new Float32Array(koffi.view(address, 4 * count)).slice();
      return { data, shape };
    } finally {
      library.release("ReleaseTensorTypeAndShapeInfo", info);
    }
  }
}

/** The pointers hold as long as the strings do. */
function cStrings(names: readonly string[]) {
  const strings = names.map((name) => Buffer.from(`${name}\0`));
  return { strings, pointers: BigUint64Array.from(strings, (bytes) => koffi.address(bytes)) };
}
