/**
 * A PJRT plug-in: a shared library with one exported function, which gives a table of all others
 * (`xla/pjrt/c/pjrt_c_api.h`). Each takes one struct and returns null or an error. What is created is
 * counted until it is destroyed.
 */
import koffi from "koffi";
import { explain } from "../../base/index.ts";
import { EngineError } from "../../engine.ts";
import { type FunctionName, functionSlots, tableOffsets } from "./functions.ts";
import { copyText, type FieldValues, type Handle, Struct } from "./memory.ts";
import { pinLibrary } from "./pin.ts";
import { type ApiVersion, describeVersion, judge, supportedVersions } from "./versions.ts";

type Native = (argument: Uint8Array) => unknown;
type Destroyer = Extract<FunctionName, `${string}_Destroy`>;

/** `absl::StatusCode`, for what the caller can do something about. */
const advice: Readonly<Record<number, string>> = {
  8: " (the device's memory is full: take a smaller batch, or train.checkpointLayers)",
};

export interface LibraryOptions {
  /** For tests of versions that there is no plug-in of. */
  readonly version?: ApiVersion;
}

export class PjrtLibrary {
  readonly path: string;
  readonly version: ApiVersion;
  readonly #table: Handle;
  readonly #tableSize: number;
  readonly #functions = new Map<FunctionName, Native>();
  readonly #prototype = koffi.proto("uintptr_t", ["void *"]);
  #objects = 0;
  /** The collector knows nothing of addresses: what a call reads is held here until the next one. */
  #inCall: unknown = null;

  /** @throws EngineError when it does not load, is no plug-in, or is of a version that cannot be used. */
  constructor(path: string, { version }: LibraryOptions = {}) {
    this.path = path;
    try {
      const library = koffi.load(path, { lazy: true });
      pinLibrary(path);
      this.#table = BigInt(library.func("GetPjrtApi", "uintptr_t", [])() as number | bigint);
    } catch (cause) {
      throw explain(`${path} is no PJRT plug-in that can be loaded here`, cause);
    }
    this.#tableSize = Number(koffi.decode(this.#table, "uint64_t"));
    this.version = version ?? {
      major: koffi.decode(this.#table + BigInt(tableOffsets.major), "int32_t") as number,
      minor: koffi.decode(this.#table + BigInt(tableOffsets.minor), "int32_t") as number,
    };
    if (judge(this.version) === "refused") {
      throw new EngineError(
        `${path} speaks version ${describeVersion(this.version)} of PJRT's interface; supported are ${supportedVersions}`,
      );
    }
    this.call("Plugin_Initialize", {});
  }

  /** Holds memory until the next call. */
  get inCall(): unknown {
    return this.#inCall;
  }

  /** Created and not destroyed. */
  get objects(): number {
    return this.#objects;
  }

  struct<Name extends ConstructorParameters<typeof Struct>[0]>(
    name: Name,
    values: FieldValues<Name> = {},
  ): Struct<Name> {
    return new Struct(name, this.version.minor, values);
  }

  /**
   * Calls a function and returns the struct that it has written its results into.
   * @param alive memory that is pointed to by what the fields point to.
   * @throws EngineError with XLA's own message.
   */
  call<Name extends FunctionName>(
    name: Name,
    values: FieldValues<Name>,
    alive: unknown = null,
  ): Struct<Name> {
    const struct = this.struct(name, values);
    this.#inCall = [struct, alive];
    const error = this.#invoke(name, struct.bytes);
    if (error !== 0n) throw this.#take(error);
    return struct;
  }

  /** Notes an object that a call has made. */
  made(handle: Handle): Handle {
    this.#objects++;
    return handle;
  }

  /** @throws EngineError */
  destroy<Name extends Destroyer>(name: Name, values: FieldValues<Name>): void {
    this.#objects--;
    this.call(name, values);
  }

  /** Waits for an event and frees it. @throws EngineError with what went wrong until then. */
  await(event: Handle): void {
    if (event === 0n) return;
    const error = this.#invoke("Event_Await", this.struct("Event_Await", { event }).bytes);
    this.call("Event_Destroy", { event });
    if (error !== 0n) throw this.#take(error);
  }

  /** The result has no meaning where the function has none. */
  #invoke(name: FunctionName, argument: Uint8Array): Handle {
    return BigInt(this.#function(name)(argument) as number | bigint);
  }

  #function(name: FunctionName): Native {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const offset = 8 * functionSlots[name];
    const address =
      offset < this.#tableSize
        ? BigInt(koffi.decode(this.#table + BigInt(offset), "uintptr_t") as number | bigint)
        : 0n;
    if (address === 0n) throw new EngineError(`${this.path} has no PJRT_${name}`);
    const native = koffi.decode(address, this.#prototype) as Native;
    this.#functions.set(name, native);
    return native;
  }

  /** The error as ours; the plug-in's is freed. Two of these functions return nothing. */
  #take(error: Handle): EngineError {
    const message = this.struct("Error_Message", { error });
    this.#invoke("Error_Message", message.bytes);
    const text = copyText(message.get("message"), message.get("message_size"));
    const code = Number(this.call("Error_GetCode", { error }).get("code"));
    this.#invoke("Error_Destroy", this.struct("Error_Destroy", { error }).bytes);
    return new EngineError(`XLA: ${text.trim()}${advice[code] ?? ""}`);
  }
}
