/** A program that a plug-in has compiled and loaded onto its devices. */

import koffi from "koffi";
import { type CompiledMemory, CompiledModule } from "./compiled-module.ts";
import type { PjrtLibrary } from "./library.ts";
import { type Handle, handles } from "./memory.ts";

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
    return this.#withModule((module) => module.memory());
  }

  /** As {@link CompiledModule.optimised}. @throws EngineError when the plug-in cannot. */
  optimised(): Uint8Array {
    return this.#withModule((module) => module.optimised());
  }

  /** What `PjrtClient.load` reads. @throws EngineError when the plug-in cannot. */
  serialise(): Uint8Array {
    return this.#withModule((module) => module.serialise());
  }

  dispose(): void {
    this.#library.destroy("LoadedExecutable_Destroy", { executable: this.#handle });
  }

  #withModule<T>(work: (module: CompiledModule) => T): T {
    const found = this.#library.call("LoadedExecutable_GetExecutable", {
      loaded_executable: this.#handle,
    });
    const module = new CompiledModule(this.#library, found.get("executable"));
    try {
      return work(module);
    } finally {
      module.dispose();
    }
  }
}
