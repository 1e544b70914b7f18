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
/** One of them is set. */
const overrideField = { flag: 2, integer: 3 } as const;

/** Of the compiler, by name; one that it does not know it refuses. */
export type CompileFlags = Readonly<Record<string, boolean | number>>;

export interface XlaOptions {
  /** As a plug-in's client names itself: `cpu`, `cuda`. */
  readonly platform: string;
  /** Devices that one program is divided among. */
  readonly partitions?: number;
  /** Beside those of the platform. */
  readonly flags?: CompileFlags;
}

const platformFlags: Readonly<Record<string, CompileFlags>> = {
  // Without it maxima and minima pass over not-a-number.
  cpu: { xla_cpu_enable_fast_min_max: false },
};

/** Serialised. */
export function compileOptions(options: XlaOptions): Uint8Array<ArrayBuffer> {
  const { platform, partitions = 1, flags = {} } = options;
  const build = new ProtobufMessage()
    .integer(buildField.deviceOrdinal, -1)
    .integer(buildField.replicas, 1)
    .integer(buildField.partitions, partitions);
  if (partitions > 1) {
    build.integer(buildField.usesSpmd, 1).integer(buildField.usesShardy, 1);
    build.message(buildField.deviceAssignment, firstDevices(partitions));
  }
  const message = new ProtobufMessage().message(field.buildOptions, build);
  for (const [flag, value] of Object.entries({ ...platformFlags[platform], ...flags })) {
    const kind = typeof value === "boolean" ? overrideField.flag : overrideField.integer;
    const override = new ProtobufMessage().integer(kind, Number(value));
    const entry = new ProtobufMessage()
      .string(mapField.key, flag)
      .message(mapField.value, override);
    message.message(field.overrides, entry);
  }
  return message.assemble();
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
