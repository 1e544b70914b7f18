/** Checks what a caller gives to compile and to run; the same for every engine that compiles. */
import { type Buffer, EngineError } from "../engine.ts";
import { describeType, type Graph, sameShape, type TensorType } from "../graph/index.ts";

export type Buffers = Readonly<Record<string, Buffer>>;
/** Output name -> input name. */
export type Donations = Readonly<Record<string, string>>;

/** @throws EngineError when a donation names what the graph lacks, or types differ, or an input twice. */
export function checkDonations(program: string, graph: Graph, donate: Donations): void {
  const donors = new Set<string>();
  for (const [output, input] of Object.entries(donate)) {
    const to = graph.outputs.get(output);
    const from = graph.inputs.get(input);
    if (to === undefined) throw new EngineError(`${program}: donate: no output "${output}"`);
    if (from === undefined) throw new EngineError(`${program}: donate: no input "${input}"`);
    if (to.dtype !== from.dtype || !sameShape(to.shape, from.shape)) {
      throw new EngineError(
        `${program}: output "${output}" is ${describeType(to.type)}, input "${input}" ${describeType(from.type)}`,
      );
    }
    if (donors.has(input)) throw new EngineError(`${program}: input "${input}" is donated twice`);
    donors.add(input);
  }
}

/** @throws EngineError for a constant buffer whose input is unknown or of another type. */
export function checkConstants(
  program: string,
  graph: Graph,
  constants: ReadonlyMap<string, Buffer>,
): void {
  for (const [name, { type }] of constants) {
    const input = graph.inputs.get(name);
    if (input === undefined) throw new EngineError(`${program}: constants: no input "${name}"`);
    if (type.dtype !== input.dtype || !sameShape(type.shape, input.shape)) {
      throw new EngineError(
        `${program}: constants: input "${name}" is ${describeType(input.type)}, the buffer ${describeType(type)}`,
      );
    }
  }
}

/** @throws EngineError when a run is given another buffer for a constant input. */
export function checkStillConstant(
  inputs: BoundBuffers<Buffer>,
  constants: ReadonlyMap<string, Buffer>,
): void {
  for (const [name, buffer] of constants) {
    if (inputs.get(name) !== buffer) {
      throw new EngineError(`${inputs.what} "${name}" is not the buffer that it was compiled with`);
    }
  }
}

/** The buffers of a program's inputs or outputs, in their order; remembers them from run to run. */
export class BoundBuffers<Own extends Buffer> {
  /** As `step: input`. */
  readonly what: string;
  readonly names: readonly string[];
  readonly buffers: Own[] = [];
  readonly #positions: ReadonlyMap<string, number>;
  readonly #types: readonly TensorType[];
  readonly #isOwn: (buffer: Buffer) => buffer is Own;

  /** @param isOwn whether a buffer is one of this engine's, in the same runtime. */
  constructor(
    what: string,
    ports: ReadonlyMap<string, { readonly type: TensorType }>,
    isOwn: (buffer: Buffer) => buffer is Own,
  ) {
    this.what = what;
    this.names = [...ports.keys()];
    this.#positions = new Map(this.names.map((name, position) => [name, position]));
    this.#types = [...ports.values()].map((port) => port.type);
    this.#isOwn = isOwn;
  }

  /** The buffer that the last run was given by that name. */
  get(name: string): Own {
    return this.buffers[this.#positions.get(name)!]!;
  }

  /**
   * Takes the buffers of a run. Returns whether one of them is another than in the last run.
   * @throws EngineError naming the one that is missing, unknown, of another type or freed.
   */
  bind(given: Buffers): boolean {
    let changed = false;
    let count = 0;
    for (const _ in given) count++;
    if (count !== this.names.length) this.#refuseUnknown(given);
    for (const [position, name] of this.names.entries()) {
      const buffer = given[name];
      if (buffer !== undefined && buffer === this.buffers[position]) continue;
      this.buffers[position] = this.#check(position, buffer);
      changed = true;
    }
    return changed;
  }

  #check(position: number, buffer: Buffer | undefined): Own {
    const name = `${this.what} "${this.names[position]}"`;
    if (buffer === undefined) throw new EngineError(`${name} is missing`);
    if (!this.#isOwn(buffer)) {
      throw new EngineError(`${name} is a buffer of another engine`);
    }
    const type = this.#types[position]!;
    if (buffer.type.dtype !== type.dtype || !sameShape(buffer.type.shape, type.shape)) {
      throw new EngineError(
        `${name} is ${describeType(type)}, the buffer ${describeType(buffer.type)}`,
      );
    }
    return buffer;
  }

  #refuseUnknown(given: Buffers): void {
    const unknown = Object.keys(given).find((name) => !this.names.includes(name));
    if (unknown !== undefined) throw new EngineError(`${this.what} "${unknown}" is unknown`);
  }
}

/**
 * @throws EngineError when two outputs share a buffer, an output has the buffer of an input that is not
 * donated to it, or a donated input is not the output's buffer.
 */
export function checkAliases(
  inputs: BoundBuffers<Buffer>,
  outputs: BoundBuffers<Buffer>,
  donate: Donations,
): void {
  const inputOf = new Map(inputs.names.map((name, i) => [name, inputs.buffers[i]!]));
  const written = new Map<Buffer, string>();
  for (const [position, name] of outputs.names.entries()) {
    const buffer = outputs.buffers[position]!;
    const other = written.get(buffer);
    if (other !== undefined) {
      throw new EngineError(`${outputs.what} "${name}" has the buffer of output "${other}"`);
    }
    written.set(buffer, name);
    const donor = donate[name];
    if (donor !== undefined && inputOf.get(donor) !== buffer) {
      throw new EngineError(
        `${outputs.what} "${name}" updates input "${donor}" in place and needs its buffer`,
      );
    }
  }
  for (const [name, buffer] of inputOf) {
    const output = written.get(buffer);
    if (output !== undefined && donate[output] !== name) {
      throw new EngineError(
        `${inputs.what} "${name}" has the buffer of output "${output}"; say so by \`donate\` when compiling`,
      );
    }
  }
}
