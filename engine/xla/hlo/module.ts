/**
 * A compiled module as XLA describes it (`xla/service/hlo.proto`, `xla/xla_data.proto`), as far as it is
 * asked about: its computations, their instructions, and how often each computation runs.
 */
import { fieldsOf, integersOf, type ProtobufField, textOf } from "./protobuf-fields.ts";

/** Numbers of the fields. */
const withConfig = { module: 1 } as const;
const moduleField = { computations: 3, entry: 6 } as const;
const computationField = { instructions: 2, id: 5 } as const;
const instructionField = {
  opcode: 2,
  shape: 3,
  calls: 38,
  config: 43,
  groups: 49,
  deviceList: 87,
} as const;
const shapeField = { type: 2, sizes: 3, parts: 4 } as const;
const groupField = { ids: 1 } as const;
const deviceListField = { groups: 1, iota: 2 } as const;
const iotaField = { devices: 2 } as const;

export interface Instruction {
  /** As `all-reduce`. */
  readonly opcode: string;
  /** Of each result. */
  readonly resultBytes: readonly number[];
  /** Devices of a group that exchange; 0 where all of them do, or none. */
  readonly groupSize: number;
  /** Computations that it runs. */
  readonly calls: readonly number[];
  /** How often a loop runs its computations, where XLA knows. */
  readonly repeats: number;
}

export interface Computation {
  readonly instructions: readonly Instruction[];
  /** In a run of the module. */
  readonly runs: number;
}

/** @param bytes `HloModuleProtoWithConfig`. @throws EngineError when it is damaged. */
export function computationsOf(bytes: Uint8Array): Computation[] {
  const module = fieldOf(bytes, withConfig.module)?.bytes ?? bytes;
  const byId = new Map<number, readonly Instruction[]>();
  for (const field of fieldsOf(module)) {
    if (field.number !== moduleField.computations) continue;
    const id = fieldOf(field.bytes, computationField.id)?.integer ?? 0;
    byId.set(id, instructionsOf(field.bytes));
  }
  const runs = runsOf(byId, fieldOf(module, moduleField.entry)?.integer ?? 0);
  return [...runs].map(([id, times]) => ({ instructions: byId.get(id)!, runs: times }));
}

/** By computation, of those that the entry leads to. */
function runsOf(byId: ReadonlyMap<number, readonly Instruction[]>, entry: number) {
  const runs = new Map<number, number>();
  const visit = (id: number, times: number): void => {
    const instructions = byId.get(id);
    if (instructions === undefined) return;
    runs.set(id, (runs.get(id) ?? 0) + times);
    for (const { calls, repeats } of instructions) {
      for (const called of calls) visit(called, times * repeats);
    }
  };
  visit(entry, 1);
  return runs;
}

const instructionsOf = (computation: Uint8Array): Instruction[] =>
  [...fieldsOf(computation)]
    .filter(({ number }) => number === computationField.instructions)
    .map(({ bytes }) => instructionOf(bytes));

function instructionOf(bytes: Uint8Array): Instruction {
  let opcode = "";
  let resultBytes: readonly number[] = [];
  let config = "";
  const calls: number[] = [];
  const groups: number[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === instructionField.opcode) opcode = textOf(field);
    if (field.number === instructionField.shape) resultBytes = bytesOfShape(field.bytes);
    if (field.number === instructionField.calls) calls.push(...integersOf(field));
    if (field.number === instructionField.config) config = textOf(field);
    if (field.number === instructionField.groups) groups.push(sizeOfGroup(field));
    if (field.number === instructionField.deviceList) groups.push(sizeInList(field.bytes));
  }
  const repeats = Number(/"known_trip_count":\{"n":"(\d+)"\}/.exec(config)?.[1] ?? 1);
  return { opcode, resultBytes, groupSize: Math.max(0, ...groups), calls, repeats };
}

const sizeOfGroup = ({ bytes }: ProtobufField): number =>
  [...fieldsOf(bytes)]
    .filter(({ number }) => number === groupField.ids)
    .reduce((count, field) => count + integersOf(field).length, 0);

/** `CollectiveDeviceListProto`: the groups themselves, or a rule that makes them. */
function sizeInList(bytes: Uint8Array): number {
  const sizes = [...fieldsOf(bytes)].map((field) => {
    if (field.number === deviceListField.groups) return sizeOfGroup(field);
    const isRule = field.number === deviceListField.iota;
    return isRule ? (fieldOf(field.bytes, iotaField.devices)?.integer ?? 0) : 0;
  });
  return Math.max(0, ...sizes);
}

/** `PrimitiveType`, of those that programs of ours have. */
const bytesOfType: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 2, 8: 4, 9: 8, 10: 2, 11: 4, 12: 8, 16: 2 },
};

/** Of each part of a tuple, or of the one tensor. */
function bytesOfShape(shape: Uint8Array): number[] {
  const fields = [...fieldsOf(shape)];
  const parts = fields.filter(({ number }) => number === shapeField.parts);
  if (parts.length > 0) return parts.map(({ bytes }) => sumOf(bytesOfShape(bytes)));
  const type = fields.find(({ number }) => number === shapeField.type)?.integer ?? 0;
  const sizes = fields.filter(({ number }) => number === shapeField.sizes).flatMap(integersOf);
  return [sizes.reduce((product, size) => product * size, bytesOfType[type] ?? 0)];
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const fieldOf = (message: Uint8Array, number: number): ProtobufField | undefined =>
  [...fieldsOf(message)].find((field) => field.number === number);
