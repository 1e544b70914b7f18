/** Structs of PJRT's C interface: their sizes by version, as the headers of those versions have them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { judge } from "../../../engine/xla/pjrt/index.ts";
import { layoutOf, type StructName } from "../../../engine/xla/pjrt/structs.ts";

/** `PJRT_…_STRUCT_SIZE` of the header of 0.81, as a C compiler says them. */
const sizes81: Partial<Record<StructName, number>> = {
  Error_Destroy: 24,
  Error_Message: 40,
  Error_GetCode: 28,
  Plugin_Initialize: 16,
  Event_Await: 24,
  Client_Create: 88,
  Client_PlatformName: 40,
  Client_AddressableDevices: 40,
  Client_Compile: 56,
  Client_BufferFromHostBuffer: 120,
  Program: 48,
  NamedValue: 56,
  DeviceDescription_Kind: 40,
  Device_GetDescription: 32,
  Executable_Serialize: 56,
  Executable_DeserializeAndLoad: 64,
  Executable_GetCompiledMemoryStats: 112,
  LoadedExecutable_GetExecutable: 32,
  LoadedExecutable_Execute: 80,
  ExecuteOptions: 112,
  Buffer_IsDeleted: 25,
  Buffer_ToHostBuffer: 56,
  Buffer_MemoryLayout_Tiled: 56,
};

test("sizes are those of the header of 0.81, without padding at the end", () => {
  for (const [name, size] of Object.entries(sizes81)) {
    assert.is(layoutOf(name as StructName, 81).size, size, name);
  }
});

test("fields lie where a C compiler puts them", () => {
  const { fields } = layoutOf("Client_BufferFromHostBuffer", 81);
  const offsets = [...fields].map(([name, { offset }]) => [name, offset]);
  assert.equal(offsets, [
    ["client", 16],
    ["data", 24],
    ["type", 32],
    ["dims", 40],
    ["num_dims", 48],
    ["byte_strides", 56],
    ["num_byte_strides", 64],
    ["host_buffer_semantics", 72],
    ["device", 80],
    ["memory", 88],
    ["device_layout", 96],
    ["done_with_host_buffer", 104],
    ["buffer", 112],
  ]);
  assert.is(layoutOf("ExecuteOptions", 81).fields.get("non_donatable_input_indices")!.offset, 56);
});

test("structs grow with the version, as the interface's changelog says", () => {
  const sizes = (name: StructName, ...minors: readonly number[]) =>
    minors.map((minor) => layoutOf(name, minor).size);
  assert.equal(sizes("Client_Create", 60, 61, 116), [72, 88, 88]);
  assert.equal(sizes("ExecuteOptions", 63, 64, 76, 78, 96, 97), [72, 80, 88, 112, 112, 120]);
  assert.equal(sizes("Executable_GetCompiledMemoryStats", 71, 72, 90, 104), [104, 112, 120, 144]);
  assert.equal(sizes("Executable_DeserializeAndLoad", 70, 71), [48, 64]);
});

test("tested versions are taken, near ones tried, the rest refused", () => {
  const verdicts = [56, 57, 80, 81, 115, 116, 117, 400].map((minor) => judge({ major: 0, minor }));
  const [refused, tried, ok] = ["refused", "to be tried", "tested"];
  assert.equal(verdicts, [refused, tried, tried, ok, ok, tried, tried, tried]);
  assert.is(judge({ major: 1, minor: 100 }), refused);
});

test.run();
