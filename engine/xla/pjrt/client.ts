/** A client of a plug-in: its devices, tensors on them, and programs compiled for them. */

import { EngineError } from "../../engine.ts";
import {
  bytesPerElement,
  type DType,
  type TensorData,
  type TensorType,
} from "../../graph/index.ts";
import { Executable } from "./executable.ts";
import type { PjrtLibrary } from "./library.ts";
import { copyHandles, copyText, type Handle, int64s } from "./memory.ts";
import { moduleStruct } from "./module-struct.ts";
import { type NamedValues, namedValues } from "./named-values.ts";

/** `PJRT_Buffer_Type`. */
const elementTypes: Readonly<Record<DType, number>> = {
  bool: 1,
  int32: 4,
  uint8: 6,
  float32: 11,
  bfloat16: 13,
};

/** `PJRT_HostBufferSemantics_kImmutableOnlyDuringCall`: the plug-in copies before it returns. */
const copiedAtOnce = 0;

export class PjrtClient {
  readonly library: PjrtLibrary;
  /** As `cpu`, `cuda`, `rocm`, `tpu`. */
  readonly platform: string;
  /** The compiler's own, for people and for telling compiled programs apart. */
  readonly platformVersion: string;
  readonly devices: readonly Handle[];
  /** As `NVIDIA H200`; of the first device. */
  readonly deviceKind: string;
  readonly #handle: Handle;

  /** @throws EngineError when there is no device that the plug-in is for. */
  constructor(library: PjrtLibrary, options: NamedValues = {}) {
    this.library = library;
    const { bytes, kept } = namedValues(library, options);
    const given = { create_options: bytes, num_options: kept.length };
    const created = library.call("Client_Create", given, kept);
    const client = library.made(created.get("client"));
    this.#handle = client;
    const name = library.call("Client_PlatformName", { client });
    this.platform = copyText(name.get("platform_name"), name.get("platform_name_size"));
    const version = library.call("Client_PlatformVersion", { client });
    this.platformVersion = copyText(
      version.get("platform_version"),
      version.get("platform_version_size"),
    );
    const found = library.call("Client_AddressableDevices", { client });
    this.devices = copyHandles(found.get("devices"), found.get("num_devices"));
    const [first] = this.devices;
    if (first === undefined) {
      this.dispose();
      throw new EngineError(`the plug-in for ${this.platform} found no device of its kind`);
    }
    this.deviceKind = this.#kindOf(first);
  }

  /** A tensor on a device, a copy of the data. @throws EngineError */
  upload(data: TensorData, { dtype, shape }: TensorType, device: Handle): Handle {
    const made = this.library.call("Client_BufferFromHostBuffer", {
      client: this.#handle,
      data,
      type: elementTypes[dtype],
      dims: int64s(shape),
      num_dims: shape.length,
      host_buffer_semantics: copiedAtOnce,
      device,
    });
    const buffer = this.library.made(made.get("buffer"));
    try {
      this.library.await(made.get("done_with_host_buffer"));
    } catch (error) {
      this.freeBuffer(buffer);
      throw error;
    }
    return buffer;
  }

  /** Copies a tensor's elements, row-major whatever its layout on the device. @throws EngineError */
  download(src: Handle, { dtype, shape }: TensorType, into: TensorData): void {
    const rank = shape.length;
    const order = Array.from({ length: rank }, (_, i) => rank - 1 - i);
    const tiled = this.library.struct("Buffer_MemoryLayout_Tiled", {
      minor_to_major: int64s(order),
      minor_to_major_size: rank,
    });
    const size = bytesPerElement[dtype] * into.length;
    const copied = this.library.call(
      "Buffer_ToHostBuffer",
      { src, host_layout: layoutUnion(tiled.bytes), dst: into, dst_size: size },
      tiled,
    );
    this.library.await(copied.get("event"));
  }

  freeBuffer(buffer: Handle): void {
    this.library.destroy("Buffer_Destroy", { buffer });
  }

  /** Whether a run has taken the tensor's memory. */
  isDeleted(buffer: Handle): boolean {
    return this.library.call("Buffer_IsDeleted", { buffer }).get("is_deleted") !== 0n;
  }

  /**
   * @param module StableHLO as text.
   * @param options `CompileOptionsProto`, serialised.
   * @throws EngineError with XLA's message.
   */
  compile(module: string, options: Uint8Array): Executable {
    const compiled = this.library.call("Client_Compile", {
      client: this.#handle,
      program: moduleStruct(this.library, module),
      compile_options: options,
      compile_options_size: options.length,
    });
    return new Executable(this.library, compiled.get("executable"));
  }

  /** @param bytes that {@link Executable.serialise} gave, of the same plug-in and device. @throws EngineError */
  load(bytes: Uint8Array): Executable {
    const loaded = this.library.call("Executable_DeserializeAndLoad", {
      client: this.#handle,
      serialized_executable: bytes,
      serialized_executable_size: bytes.length,
    });
    return new Executable(this.library, loaded.get("loaded_executable"));
  }

  dispose(): void {
    this.library.destroy("Client_Destroy", { client: this.#handle });
  }

  #kindOf(device: Handle): string {
    const { library } = this;
    const description = library.call("Device_GetDescription", { device }).get("device_description");
    const kind = library.call("DeviceDescription_Kind", { device_description: description });
    return copyText(kind.get("device_kind"), kind.get("device_kind_size"));
  }
}

/**
 * `PJRT_Buffer_MemoryLayout`: a union of two structs that stand in it themselves, and which one it is.
 * Its size counts the larger of them, and the kind (0, tiled) behind.
 */
function layoutUnion(tiled: Uint8Array): Uint8Array {
  const [head, size] = [16, 76];
  const bytes = new Uint8Array(new ArrayBuffer(80));
  bytes.set(tiled, head);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size), true);
  return bytes;
}
