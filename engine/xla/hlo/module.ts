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
  product: 30,
  id: 35,
  operands: 36,
  calls: 38,
  config: 43,
  groups: 49,
  deviceList: 87,
} as const;
const productField = { contracted: 1 } as const;
const shapeField = { type: 2, sizes: 3, parts: 4 } as const;
const groupField = { ids: 1 } as const;
const deviceListField = { groups: 1, iota: 2 } as const;
const iotaField = { devices: 2 } as const;

/** A result, or a part of one that is a tuple. */
export interface Tensor {
  /** Empty of a tuple within a tuple. */
  readonly sizes: readonly number[];
  readonly bytes: number;
}

export interface Instruction {
  /** Within its computation. */
  readonly id: number;
  /** As `all-reduce`. */
  readonly opcode: string;
  readonly results: readonly Tensor[];
  /** Their ids. */
  readonly operands: readonly number[];
  /** Of a product of matrices: the first operand's axes that are summed over. */
  readonly contracted: readonly number[];
  /** Of a kernel for attention: the scores' sizes, once for each product that it makes with them. */
  readonly scores: readonly (readonly number[])[];
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
  /** Whether its instructions are parts of one kernel, which keeps what lies between them. */
  readonly isKernel: boolean;
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
  const reached = reachedFrom(byId, fieldOf(module, moduleField.entry)?.integer ?? 0);
  return [...reached].map(([id, how]) => ({ instructions: byId.get(id)!, ...how }));
}

/** What runs others one after the other; what else calls one is a kernel. */
const controls: readonly string[] = ["while", "call", "conditional"];

function reachedFrom(byId: ReadonlyMap<number, readonly Instruction[]>, entry: number) {
  const reached = new Map<number, { readonly runs: number; readonly isKernel: boolean }>();
  const visit = (id: number, times: number, isKernel: boolean): void => {
    const instructions = byId.get(id);
    if (instructions === undefined) return;
    reached.set(id, { runs: (reached.get(id)?.runs ?? 0) + times, isKernel });
    for (const { calls, repeats, opcode } of instructions) {
      const isPart = isKernel || !controls.includes(opcode);
      for (const called of calls) visit(called, times * repeats, isPart);
    }
  };
  visit(entry, 1, false);
  return reached;
}

const instructionsOf = (computation: Uint8Array): Instruction[] =>
  [...fieldsOf(computation)]
    .filter(({ number }) => number === computationField.instructions)
    .map(({ bytes }) => instructionOf(bytes));

function instructionOf(bytes: Uint8Array): Instruction {
  let [id, opcode, config] = [0, "", ""];
  let results: readonly Tensor[] = [];
  const operands: number[] = [];
  const calls: number[] = [];
  const contracted: number[] = [];
  const groups: number[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === instructionField.id) id = field.integer;
    if (field.number === instructionField.opcode) opcode = textOf(field);
    if (field.number === instructionField.shape) results = tensorsOf(field.bytes);
    if (field.number === instructionField.product) contracted.push(...contractedIn(field.bytes));
    if (field.number === instructionField.operands) operands.push(...integersOf(field));
    if (field.number === instructionField.calls) calls.push(...integersOf(field));
    if (field.number === instructionField.config) config = textOf(field);
    if (field.number === instructionField.groups) groups.push(sizeOfGroup(field));
    if (field.number === instructionField.deviceList) groups.push(sizeInList(field.bytes));
  }
  const repeats = Number(/"known_trip_count":\{"n":"(\d+)"\}/.exec(config)?.[1] ?? 1);
  const scores = scoresIn(config);
  if (contracted.length === 0 && scores.length === 0) contracted.push(...contractedBy(config));
  const groupSize = Math.max(0, ...groups);
  return { id, opcode, results, operands, contracted, scores, groupSize, calls, repeats };
}

/** `DotDimensionNumbers`. */
const contractedIn = (bytes: Uint8Array): number[] =>
  [...fieldsOf(bytes)]
    .filter(({ number }) => number === productField.contracted)
    .flatMap(integersOf);

/** Of a call of the vendor's library, in JSON. */
function contractedBy(config: string): number[] {
  const axes = /"lhs_contracting_dimensions":\[([^\]]*)\]/.exec(config)?.[1] ?? "";
  return (axes.match(/\d+/g) ?? []).map(Number);
}

/** Of a call of cuDNN's attention, in JSON; the backward pass makes the scores anew. */
function scoresIn(config: string): number[][] {
  if (!config.includes('"cudnn_fmha_backend_config"')) return [];
  const sizes = /"dimensions":\[([^\]]*)\]/.exec(config)?.[1] ?? "";
  const products = config.match(/"bmm\d\w*_dot_dimension_numbers"/g)?.length ?? 0;
  const made = config.includes("_grad_gemm") ? products + 1 : products;
  return Array.from({ length: made }, () => (sizes.match(/\d+/g) ?? []).map(Number));
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

/** Each part of a tuple, or the one tensor. */
function tensorsOf(shape: Uint8Array): Tensor[] {
  const fields = [...fieldsOf(shape)];
  const parts = fields.filter(({ number }) => number === shapeField.parts);
  if (parts.length > 0) return parts.map(({ bytes }) => together(tensorsOf(bytes)));
  const type = fields.find(({ number }) => number === shapeField.type)?.integer ?? 0;
  const sizes = fields.filter(({ number }) => number === shapeField.sizes).flatMap(integersOf);
  const bytes = sizes.reduce((product, size) => product * size, bytesOfType[type] ?? 0);
  return [{ sizes, bytes }];
}

const together = (tensors: readonly Tensor[]): Tensor =>
  tensors.length === 1
    ? tensors[0]!
    : { sizes: [], bytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0) };

const fieldOf = (message: Uint8Array, number: number): ProtobufField | undefined =>
  [...fieldsOf(message)].find((field) => field.number === number);
