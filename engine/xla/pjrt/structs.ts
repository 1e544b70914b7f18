/**
 * Argument structs of PJRT's C API (`xla/pjrt/c/pjrt_c_api.h`, with its changelog), by the names of their
 * fields. Each begins with its own size and a pointer to extensions; fields take eight bytes, or as many
 * as stand behind a colon. What a later version added has that version behind an `@`: the size that a
 * plug-in is told is the one that its version knows, without the padding at the end.
 */
const structs = {
  Error_Destroy: ["error"],
  Error_Message: ["error", "message", "message_size"],
  Error_GetCode: ["error", "code:4"],
  Plugin_Initialize: [],
  Event_Destroy: ["event"],
  Event_Await: ["event"],
  Client_Create: [
    "create_options",
    "num_options",
    "kv_get_callback",
    "kv_get_user_arg",
    "kv_put_callback",
    "kv_put_user_arg",
    "client",
    "kv_try_get_callback@61",
    "kv_try_get_user_arg@61",
  ],
  Client_Destroy: ["client"],
  Client_PlatformName: ["client", "platform_name", "platform_name_size"],
  Client_PlatformVersion: ["client", "platform_version", "platform_version_size"],
  Client_AddressableDevices: ["client", "devices", "num_devices"],
  Client_Compile: ["client", "program", "compile_options", "compile_options_size", "executable"],
  Client_BufferFromHostBuffer: [
    "client",
    "data",
    "type:4",
    "dims",
    "num_dims",
    "byte_strides",
    "num_byte_strides",
    "host_buffer_semantics:4",
    "device",
    "memory",
    "device_layout",
    "done_with_host_buffer",
    "buffer",
  ],
  DeviceDescription_Kind: ["device_description", "device_kind", "device_kind_size"],
  Device_GetDescription: ["device", "device_description"],
  Executable_Destroy: ["executable"],
  Executable_Serialize: [
    "executable",
    "serialized_bytes",
    "serialized_bytes_size",
    "serialized_executable",
    "serialized_executable_deleter",
  ],
  Executable_DeserializeAndLoad: [
    "client",
    "serialized_executable",
    "serialized_executable_size",
    "loaded_executable",
    "overridden_serialized_compile_options@71",
    "overridden_serialized_compile_options_size@71",
  ],
  Executable_GetCompiledMemoryStats: [
    "executable",
    "generated_code_size_in_bytes",
    "argument_size_in_bytes",
    "output_size_in_bytes",
    "alias_size_in_bytes",
    "temp_size_in_bytes",
    "host_generated_code_size_in_bytes",
    "host_argument_size_in_bytes",
    "host_output_size_in_bytes",
    "host_alias_size_in_bytes",
    "host_temp_size_in_bytes",
    "peak_memory_in_bytes@72",
    "total_size_in_bytes@90",
    "total_allocation_bytes@104",
    "indefinite_allocations@104",
    "peak_unpadded_heap_bytes@104",
  ],
  Executable_OptimizedProgram: ["executable", "program"],
  LoadedExecutable_Destroy: ["executable"],
  LoadedExecutable_GetExecutable: ["loaded_executable", "executable"],
  LoadedExecutable_Execute: [
    "executable",
    "options",
    "argument_lists",
    "num_devices",
    "num_args",
    "output_lists",
    "device_complete_events",
    "execute_device",
  ],
  Buffer_Destroy: ["buffer"],
  Buffer_IsDeleted: ["buffer", "is_deleted:1"],
  Buffer_ToHostBuffer: ["src", "host_layout", "dst", "dst_size", "event"],
  TopologyDescription_Create: [
    "topology_name",
    "topology_name_size",
    "create_options",
    "num_options",
    "topology",
  ],
  TopologyDescription_Destroy: ["topology"],
  Compile: [
    "topology",
    "program",
    "compile_options",
    "compile_options_size",
    "client",
    "executable",
  ],
  // Pointed to by others.
  NamedValue: ["name", "name_size", "type:4", "value", "value_size"],
  Program: ["code", "code_size", "format", "format_size"],
  ExecuteOptions: [
    "send_callbacks",
    "recv_callbacks",
    "num_send_ops",
    "num_recv_ops",
    "launch_id:4",
    "non_donatable_input_indices",
    "num_non_donatable_input_indices",
    "context@64",
    "call_location@76",
    "num_tasks@78",
    "task_ids@78",
    "incarnation_ids@78",
    "multi_slice_config@97",
  ],
  Buffer_MemoryLayout_Tiled: [
    "minor_to_major",
    "minor_to_major_size",
    "tile_dims",
    "tile_dim_sizes",
    "num_tiles",
  ],
} as const;

export type StructName = keyof typeof structs;

type NameOf<Spec extends string> = Spec extends `${infer Name}:${string}`
  ? Name
  : Spec extends `${infer Name}@${string}`
    ? Name
    : Spec;

export type FieldOf<Name extends StructName> = NameOf<(typeof structs)[Name][number]>;

export interface FieldLayout {
  readonly offset: number;
  readonly bytes: number;
}

export interface StructLayout {
  /** Up to the end of the last field. */
  readonly size: number;
  readonly fields: ReadonlyMap<string, FieldLayout>;
}

const pointer = 8;
/** Its size and the pointer to extensions. */
const head = 2 * pointer;

/** Where the fields of a struct lie for a plug-in of the interface's version `0.minor`. */
export function layoutOf(name: StructName, minor: number): StructLayout {
  const fields = new Map<string, FieldLayout>();
  let end = head;
  for (const spec of structs[name] as readonly string[]) {
    const [, field, size = String(pointer), since = "0"] = /^(\w+)(?::(\d))?(?:@(\d+))?$/.exec(
      spec,
    )!;
    if (Number(since) > minor) continue;
    const bytes = Number(size);
    const offset = Math.ceil(end / bytes) * bytes;
    fields.set(field!, { offset, bytes });
    end = offset + bytes;
  }
  return { size: end, fields };
}
