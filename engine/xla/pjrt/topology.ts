/** Devices that need not be here, for which programs are compiled and not run. */
import { CompiledModule } from "./compiled-module.ts";
import type { PjrtLibrary } from "./library.ts";
import { bytesOfText, type Handle } from "./memory.ts";
import { moduleStruct } from "./module-struct.ts";
import { type NamedValues, namedValues } from "./named-values.ts";

export class PjrtTopology {
  readonly #library: PjrtLibrary;
  readonly #handle: Handle;

  /** @throws EngineError when the plug-in does not compile without a device, or not for these. */
  constructor(library: PjrtLibrary, name: string, options: NamedValues) {
    this.#library = library;
    const text = bytesOfText(name);
    const { bytes, kept } = namedValues(library, options);
    const made = library.call(
      "TopologyDescription_Create",
      {
        topology_name: text,
        topology_name_size: text.length,
        create_options: bytes,
        num_options: kept.length,
      },
      kept,
    );
    this.#handle = library.made(made.get("topology"));
  }

  /**
   * @param module StableHLO as text.
   * @param options `CompileOptionsProto`, serialised.
   * @throws EngineError with XLA's message.
   */
  compile(module: string, options: Uint8Array): CompiledModule {
    const compiled = this.#library.call("Compile", {
      topology: this.#handle,
      program: moduleStruct(this.#library, module),
      compile_options: options,
      compile_options_size: options.length,
    });
    return new CompiledModule(this.#library, compiled.get("executable"));
  }

  dispose(): void {
    this.#library.destroy("TopologyDescription_Destroy", { topology: this.#handle });
  }
}
