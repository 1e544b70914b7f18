/** A program that was compiled, and that need not be loaded: what XLA says of it. */
import koffi from "koffi";
import type { PjrtLibrary } from "./library.ts";
import { allocateBytes, copyBytes, type Handle } from "./memory.ts";

/** What XLA says a program needs on each device, in bytes. */
export interface CompiledMemory {
  readonly arguments: number;
  readonly outputs: number;
  /** Of the outputs, what is written into arguments' memory. */
  readonly aliased: number;
  readonly temporary: number;
  readonly code: number;
}

export class CompiledModule {
  readonly #library: PjrtLibrary;
  readonly #handle: Handle;

  constructor(library: PjrtLibrary, handle: Handle) {
    this.#library = library;
    this.#handle = library.made(handle);
  }

  /** @throws EngineError when the plug-in cannot. */
  memory(): CompiledMemory {
    const stats = this.#library.call("Executable_GetCompiledMemoryStats", {
      executable: this.#handle,
    });
    return {
      arguments: Number(stats.get("argument_size_in_bytes")),
      outputs: Number(stats.get("output_size_in_bytes")),
      aliased: Number(stats.get("alias_size_in_bytes")),
      temporary: Number(stats.get("temp_size_in_bytes")),
      code: Number(stats.get("generated_code_size_in_bytes")),
    };
  }

  /**
   * The program after all of XLA's passes: `HloModuleProtoWithConfig` of `xla/service/hlo.proto`.
   * @throws EngineError when the plug-in cannot.
   */
  optimised(): Uint8Array {
    const executable = this.#handle;
    const sized = this.#library.struct("Program");
    this.#library.call("Executable_OptimizedProgram", { executable, program: sized });
    const code = allocateBytes(Number(sized.get("code_size")));
    const program = this.#library.struct("Program", { code, code_size: code.length });
    this.#library.call("Executable_OptimizedProgram", { executable, program });
    return code;
  }

  /** What `PjrtClient.load` reads. @throws EngineError when the plug-in cannot. */
  serialise(): Uint8Array {
    const made = this.#library.call("Executable_Serialize", { executable: this.#handle });
    const size = Number(made.get("serialized_bytes_size"));
    const bytes = copyBytes(made.get("serialized_bytes"), size);
    const free = koffi.decode(
      made.get("serialized_executable_deleter"),
      koffi.proto("void", ["uintptr_t"]),
    ) as (serialised: Handle) => void;
    free(made.get("serialized_executable"));
    return bytes;
  }

  dispose(): void {
    this.#library.destroy("Executable_Destroy", { executable: this.#handle });
  }
}
