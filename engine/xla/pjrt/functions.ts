/** Where PJRT's table of functions has each of those that we call, counted in pointers from its start. */
import type { StructName } from "./structs.ts";

export const functionSlots = {
  Error_Destroy: 5,
  Error_Message: 6,
  Error_GetCode: 7,
  Plugin_Initialize: 8,
  Event_Destroy: 10,
  Event_Await: 13,
  Client_Create: 15,
  Client_Destroy: 16,
  Client_PlatformName: 17,
  Client_PlatformVersion: 19,
  Client_AddressableDevices: 21,
  Client_Compile: 25,
  Client_BufferFromHostBuffer: 27,
  DeviceDescription_Kind: 31,
  Device_GetDescription: 34,
  Executable_Destroy: 45,
  Executable_OptimizedProgram: 53,
  Executable_Serialize: 54,
  LoadedExecutable_Destroy: 55,
  LoadedExecutable_GetExecutable: 56,
  LoadedExecutable_Execute: 60,
  Executable_DeserializeAndLoad: 61,
  Buffer_Destroy: 63,
  Buffer_IsDeleted: 73,
  Buffer_ToHostBuffer: 75,
  TopologyDescription_Create: 87,
  TopologyDescription_Destroy: 88,
  Compile: 94,
  Executable_GetCompiledMemoryStats: 101,
} as const satisfies Partial<Record<StructName, number>>;

export type FunctionName = keyof typeof functionSlots;

/** Of the table's first entries: its size, and the version's two numbers. */
export const tableOffsets = { size: 0, major: 32, minor: 36 } as const;
