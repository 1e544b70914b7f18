/** Checks the buffers that a run is given against the graph's inputs and outputs. */
import { type Buffer, EngineError } from "../engine.ts";
import { describeType, type Graph, sameShape, type Value } from "../graph/index.ts";
import { TfjsBuffer } from "./buffer.ts";
import type { Runtime } from "./runtime.ts";

export type Buffers = Readonly<Record<string, Buffer>>;
/** Output name -> input name. */
export type Donations = Readonly<Record<string, string>>;

export interface BoundInput {
  readonly value: Value;
  readonly buffer: TfjsBuffer;
  /** The run owns its tensor and replaces it. */
  readonly donated: boolean;
}

export interface BoundOutput {
  readonly value: Value;
  readonly buffer: TfjsBuffer;
}

export interface Binding {
  readonly inputs: readonly BoundInput[];
  readonly outputs: readonly BoundOutput[];
}

/** @throws EngineError naming the input or output that is missing, unknown or of another type. */
export function bind(
  program: string,
  graph: Graph,
  donate: Donations,
  runtime: Runtime,
  inputs: Buffers,
  outputs: Buffers,
): Binding {
  const boundInputs = match(`${program}: input`, graph.inputs, runtime, inputs);
  const boundOutputs = match(`${program}: output`, graph.outputs, runtime, outputs);
  const taken = new Set<Buffer>();
  for (const { name, buffer } of boundOutputs) {
    if (taken.has(buffer)) {
      throw new EngineError(`${program}: output "${name}" has the buffer of another output`);
    }
    taken.add(buffer);
    const donor = donate[name];
    if (donor !== undefined && inputs[donor] !== buffer) {
      throw new EngineError(
        `${program}: output "${name}" updates input "${donor}" in place and needs its buffer`,
      );
    }
  }
  const donors = new Set(Object.values(donate));
  for (const { name, buffer } of boundInputs) {
    if (taken.has(buffer) && !donors.has(name)) {
      throw new EngineError(
        `${program}: input "${name}" has the buffer of an output; say so by \`donate\` when compiling`,
      );
    }
  }
  return {
    inputs: boundInputs.map((each) => ({ ...each, donated: donors.has(each.name) })),
    outputs: boundOutputs,
  };
}

/** @throws EngineError when a donation names what the graph does not have, or two of one input. */
export function checkDonations(program: string, graph: Graph, donate: Donations): void {
  const donors = new Set<string>();
  for (const [output, input] of Object.entries(donate)) {
    const to = graph.outputs.get(output);
    const from = graph.inputs.get(input);
    if (to === undefined) throw new EngineError(`${program}: donate: no output "${output}"`);
    if (from === undefined) throw new EngineError(`${program}: donate: no input "${input}"`);
    if (describeType(to.type) !== describeType(from.type)) {
      throw new EngineError(
        `${program}: output "${output}" is ${describeType(to.type)}, input "${input}" ${describeType(from.type)}`,
      );
    }
    if (donors.has(input)) throw new EngineError(`${program}: input "${input}" is donated twice`);
    donors.add(input);
  }
}

function match(
  what: string,
  values: ReadonlyMap<string, Value>,
  runtime: Runtime,
  buffers: Buffers,
): (BoundOutput & { readonly name: string })[] {
  for (const name of Object.keys(buffers)) {
    if (!values.has(name)) throw new EngineError(`${what} "${name}" is unknown`);
  }
  return [...values].map(([name, value]) => {
    const buffer = buffers[name];
    if (buffer === undefined) throw new EngineError(`${what} "${name}" is missing`);
    if (!(buffer instanceof TfjsBuffer) || !buffer.isOn(runtime)) {
      throw new EngineError(`${what} "${name}" is a buffer of another engine`);
    }
    const { dtype, shape } = buffer.type;
    if (dtype !== value.dtype || !sameShape(shape, value.shape)) {
      throw new EngineError(
        `${what} "${name}" is ${describeType(value.type)}, the buffer ${describeType(buffer.type)}`,
      );
    }
    return { name, value, buffer };
  });
}
