/**
 * A compiled graph: one model of the runtime, or a few where some of the graph runs tile by tile.
 * Inputs and outputs are the caller's own arrays.
 */
import {
  BoundBuffers,
  type Buffers,
  checkAliases,
  checkConstants,
  checkDonations,
  checkStillConstant,
  type Donations,
} from "../binding.ts";
import { type Buffer, EngineError, type Program } from "../engine.ts";
import type { Graph, Value } from "../graph/index.ts";
import { HostBuffer } from "./buffer.ts";
import { canTile, type Subgraph, splitElementwise, TiledSubmodel } from "./optimise/tiles/index.ts";
import type { ConstantBuffers, Port, Submodel, SubmodelOptions } from "./part.ts";
import type { OrtEnvironment, SessionOptions } from "./runtime/index.ts";
import { WholeSubmodel } from "./whole-part.ts";

export interface ProgramOptions {
  readonly name: string;
  readonly donate: Donations;
  readonly constants: ConstantBuffers;
  readonly session: SessionOptions;
}

export class OnnxProgram implements Program {
  readonly operations: number;
  /** Of arrays beside the caller's: scalars between parts, results that cannot be written in place. */
  readonly bytes: number;
  readonly #name: string;
  readonly #donate: Donations;
  readonly #constants: ConstantBuffers;
  readonly #parts: readonly Submodel[];
  readonly #inputs: BoundBuffers<HostBuffer>;
  readonly #outputs: BoundBuffers<HostBuffer>;
  /** By what a part computes for the next ones. */
  readonly #scalars: ReadonlyMap<Value, HostBuffer>;
  readonly #forget: (program: OnnxProgram) => void;
  #disposed = false;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(
    environment: OrtEnvironment,
    graph: Graph,
    options: ProgramOptions,
    forget: (program: OnnxProgram) => void,
  ) {
    const { name, donate, constants } = options;
    checkDonations(name, graph, donate);
    checkConstants(name, graph, constants.buffers);
    this.#name = name;
    this.#donate = donate;
    this.#constants = constants;
    const isOwn = (buffer: Buffer): buffer is HostBuffer =>
      buffer instanceof HostBuffer && buffer.isOf(environment);
    this.#inputs = new BoundBuffers(`${name}: input`, graph.inputs, isOwn);
    this.#outputs = new BoundBuffers(`${name}: output`, graph.outputs, isOwn);
    const { parts, scalars } = compileSubmodels(environment, graph, options);
    this.#parts = parts;
    this.#scalars = new Map(
      scalars.map((value) => [value, new HostBuffer(environment, value.type, undefined, () => {})]),
    );
    this.operations = parts.reduce((sum, part) => sum + part.operations, 0);
    this.bytes = [...parts, ...this.#scalars.values()].reduce((sum, each) => sum + each.bytes, 0);
    this.#forget = forget;
  }

  run(inputs: Buffers, outputs: Buffers): void {
    if (this.#disposed) throw new EngineError(`${this.#name}: run after dispose`);
    const changedInputs = this.#inputs.bind(inputs);
    const changedOutputs = this.#outputs.bind(outputs);
    if (changedInputs) checkStillConstant(this.#inputs, this.#constants.buffers);
    if (changedInputs || changedOutputs) checkAliases(this.#inputs, this.#outputs, this.#donate);
    for (const part of this.#parts) part.run(this.#bufferOf);
  }

  /** Ends the profiles of the runs so far, for an engine started with a folder; the traces' paths. */
  endProfile(): readonly string[] {
    return this.#parts.map((part) => part.endProfile());
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const part of this.#parts) part.release();
    for (const scalar of this.#scalars.values()) scalar.dispose();
    this.#forget(this);
  }

  readonly #bufferOf = (port: Port): HostBuffer => {
    if (port.kind === "scalar") return this.#scalars.get(port.value)!;
    return (port.kind === "input" ? this.#inputs : this.#outputs).get(port.name);
  };
}

interface Parts {
  readonly parts: readonly Submodel[];
  /** What one part computes for the next ones. */
  readonly scalars: readonly Value[];
}

function compileSubmodels(
  environment: OrtEnvironment,
  graph: Graph,
  { name, donate, constants, session }: ProgramOptions,
): Parts {
  const optionsOf = (part: Subgraph): SubmodelOptions => ({
    name,
    environment,
    session,
    graph: part.graph,
    inputs: [...part.inputs.values()],
    outputs: [...part.outputs.values()],
    donate: donationsWithin(part, donate),
    constants,
  });
  const split = constants.buffers.size > 0 ? null : splitElementwise(graph);
  if (split !== null && !updatesBeforeUse(split.once, split.tiled, donate)) {
    const tiled = split.tiled.map(optionsOf);
    if (tiled.every(canTile)) {
      const once = split.once === null ? [] : [new WholeSubmodel(optionsOf(split.once))];
      const scalars = [...(split.once?.outputs.values() ?? [])].flatMap((port) =>
        port.kind === "scalar" ? [port.value] : [],
      );
      return { parts: [...once, ...tiled.map((options) => new TiledSubmodel(options))], scalars };
    }
  }
  return { parts: [new WholeSubmodel(optionsOf(wholeGraph(graph)))], scalars: [] };
}

function wholeGraph(graph: Graph): Subgraph {
  const ports = (kind: "input" | "output", names: Iterable<string>) =>
    new Map<string, Port>([...names].map((name) => [name, { kind, name }]));
  return {
    graph,
    inputs: ports("input", graph.inputs.keys()),
    outputs: ports("output", graph.outputs.keys()),
  };
}

/** The program's donations whose input and output are both the part's, by the part's own names. */
function donationsWithin(part: Subgraph, donate: Donations): Record<string, string> {
  const inputs = new Map<string, string>();
  for (const [own, port] of part.inputs) if (port.kind === "input") inputs.set(port.name, own);
  const pairs = [...part.outputs].flatMap(([own, port]) => {
    const donor = port.kind === "output" ? donate[port.name] : undefined;
    const input = donor === undefined ? undefined : inputs.get(donor);
    return input === undefined ? [] : [[own, input] as const];
  });
  return Object.fromEntries(pairs);
}

/** Whether a part writes over an input that a later part still reads. */
function updatesBeforeUse(
  once: Subgraph | null,
  tiled: readonly Subgraph[],
  donate: Donations,
): boolean {
  const parts = once === null ? tiled : [once, ...tiled];
  const readLater = new Set<string>();
  for (const { inputs, outputs } of parts.toReversed()) {
    for (const port of outputs.values()) {
      const donor = port.kind === "output" ? donate[port.name] : undefined;
      if (donor !== undefined && readLater.has(donor)) return true;
    }
    for (const port of inputs.values()) if (port.kind === "input") readLater.add(port.name);
  }
  return false;
}
