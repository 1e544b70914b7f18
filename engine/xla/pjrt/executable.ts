/** A program that a plug-in has compiled and loaded onto its devices. */

import koffi from "koffi";
import type { PjrtLibrary } from "./library.ts";
import { copyBytes, type Handle, handles } from "./memory.ts";

/** What XLA says a program needs on each device, in bytes. */
export interface CompiledMemory {
  readonly arguments: number;
  readonly outputs: number;
  /** Of the outputs, what is written into arguments' memory. */
  readonly aliased: number;
  readonly temporary: number;
  readonly code: number;
}

export class Executable {
  readonly #library: PjrtLibrary;
  readonly #handle: Handle;

  constructor(library: PjrtLibrary, handle: Handle) {
    this.#library = library;
    this.#handle = library.made(handle);
  }

  /**
   * Runs to the end.
   * @param inputs by device, then by argument.
   * @returns the outputs in the same way, which the caller frees.
   * @throws EngineError with XLA's message.
   */
  execute(inputs: readonly (readonly Handle[])[], outputCount: number): Handle[][] {
    const devices = inputs.length;
    const argumentLists = inputs.map(handles);
    const outputLists = inputs.map(() => handles(Array<Handle>(outputCount).fill(0n)));
    const events = handles(Array<Handle>(devices).fill(0n));
    const pointersTo = (lists: readonly BigUint64Array[]) =>
      handles(lists.map((list) => BigInt(koffi.address(list))));
    const given = {
      executable: this.#handle,
      options: this.#library.struct("ExecuteOptions"),
      argument_lists: pointersTo(argumentLists),
      num_devices: devices,
      num_args: inputs[0]!.length,
      output_lists: pointersTo(outputLists),
      device_complete_events: events,
    };
    this.#library.call("LoadedExecutable_Execute", given, [argumentLists, outputLists]);
    const outputs = outputLists.map((list) => [...list].slice(0, outputCount));
    for (const output of outputs.flat()) this.#library.made(output);
    this.#finish(events, outputs);
    return outputs;
  }

  /** Waits for all devices. @throws EngineError with the first failure; the outputs are then freed. */
  #finish(events: BigUint64Array, outputs: readonly (readonly Handle[])[]): void {
    const failures: unknown[] = [];
    for (const event of events) {
      try {
        this.#library.await(event);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 0) return;
    for (const buffer of outputs.flat()) this.#library.destroy("Buffer_Destroy", { buffer });
    throw failures[0];
  }

  /** @throws EngineError when the plug-in cannot. */
  memory(): CompiledMemory {
    return this.#withUnloaded((executable) => {
      const stats = this.#library.call("Executable_GetCompiledMemoryStats", { executable });
      return {
        arguments: Number(stats.get("argument_size_in_bytes")),
        outputs: Number(stats.get("output_size_in_bytes")),
        aliased: Number(stats.get("alias_size_in_bytes")),
        temporary: Number(stats.get("temp_size_in_bytes")),
        code: Number(stats.get("generated_code_size_in_bytes")),
      };
    });
  }

  /** What `PjrtClient.load` reads. @throws EngineError when the plug-in cannot. */
  serialise(): Uint8Array {
    return this.#withUnloaded((executable) => {
      const made = this.#library.call("Executable_Serialize", { executable });
      const size = Number(made.get("serialized_bytes_size"));
      const bytes = copyBytes(made.get("serialized_bytes"), size);
      const free = koffi.decode(
        made.get("serialized_executable_deleter"),
        koffi.proto("void", ["uintptr_t"]),
      ) as (serialised: Handle) => void;
      free(made.get("serialized_executable"));
      return bytes;
    });
  }

  dispose(): void {
    this.#library.destroy("LoadedExecutable_Destroy", { executable: this.#handle });
  }

  #withUnloaded<T>(work: (executable: Handle) => T): T {
    const found = this.#library.call("LoadedExecutable_GetExecutable", {
      loaded_executable: this.#handle,
    });
    const executable = this.#library.made(found.get("executable"));
    try {
      return work(executable);
    } finally {
      this.#library.destroy("Executable_Destroy", { executable });
    }
  }
}
