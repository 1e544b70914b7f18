/**
 * What XLA is told beside the program: `CompileOptionsProto` of `xla/pjrt/proto/compile_options.proto`,
 * with the numbers of its fields.
 */
import { ProtobufMessage } from "../onnx/lower/index.ts";

const field = { buildOptions: 3, overrides: 7 } as const;
const buildField = {
  deviceOrdinal: 1,
  replicas: 4,
  partitions: 5,
  usesSpmd: 6,
  deviceAssignment: 9,
  usesShardy: 19,
} as const;
const assignmentField = { replicas: 1, computations: 2, devices: 3, replicaIds: 1 } as const;
const mapField = { key: 1, value: 2 } as const;
const overrideField = { flag: 2 } as const;

export interface XlaOptions {
  /** As a plug-in's client names itself: `cpu`, `cuda`. */
  readonly platform: string;
  /** Devices that one program is divided among. */
  readonly partitions?: number;
}

/** Flags of the compiler, by platform; one that it does not know it refuses. */
const flags: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  // Without it maxima and minima pass over not-a-number.
  cpu: { xla_cpu_enable_fast_min_max: false },
};

/** Serialised. */
export function compileOptions({ platform, partitions = 1 }: XlaOptions): Uint8Array<ArrayBuffer> {
  const build = new ProtobufMessage()
    .integer(buildField.deviceOrdinal, -1)
    .integer(buildField.replicas, 1)
    .integer(buildField.partitions, partitions);
  if (partitions > 1) {
    build.integer(buildField.usesSpmd, 1).integer(buildField.usesShardy, 1);
    build.message(buildField.deviceAssignment, firstDevices(partitions));
  }
  const options = new ProtobufMessage().message(field.buildOptions, build);
  for (const [flag, value] of Object.entries(flags[platform] ?? {})) {
    const override = new ProtobufMessage().integer(overrideField.flag, Number(value));
    const entry = new ProtobufMessage()
      .string(mapField.key, flag)
      .message(mapField.value, override);
    options.message(field.overrides, entry);
  }
  return options.assemble();
}

/** `DeviceAssignmentProto`: a device for each part of the program. */
function firstDevices(count: number): ProtobufMessage {
  const assignment = new ProtobufMessage()
    .integer(assignmentField.replicas, 1)
    .integer(assignmentField.computations, count);
  for (let device = 0; device < count; device++) {
    const ids = new ProtobufMessage().packedIntegers(assignmentField.replicaIds, [device]);
    assignment.message(assignmentField.devices, ids);
  }
  return assignment;
}
