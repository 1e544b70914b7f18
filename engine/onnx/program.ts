/**
 * A compiled graph: one model of the runtime, or a few where some of the graph runs tile by tile.
 * Inputs and outputs are the caller's own arrays.
 */
import { BaseProgram, type Donations, type Forget } from "../base/index.ts";
import type { Buffer } from "../engine.ts";
import type { Graph, Value } from "../graph/index.ts";
import { HostBuffer } from "./buffer.ts";
import type { LoweringTarget } from "./lower/index.ts";
import { donationsWithin, optimise, type PassName, TiledSubmodel } from "./optimise/index.ts";
import type { ConstantBuffers, Port, Submodel } from "./part.ts";
import type { OrtEnvironment, SessionOptions } from "./runtime/index.ts";
import { WholeSubmodel } from "./whole-part.ts";

export interface ProgramOptions {
  readonly name: string;
  readonly donate: Donations;
  readonly constants: ConstantBuffers;
  readonly session: SessionOptions;
  readonly target: LoweringTarget;
  /** Passes that are left out. */
  readonly withoutPasses?: readonly PassName[];
}

export class OnnxProgram extends BaseProgram<HostBuffer> {
  readonly operations: number;
  /** Of arrays beside the caller's: scalars between parts, results that cannot be written in place. */
  readonly bytes: number;
  readonly #parts: readonly Submodel[];
  /** By what a part computes for the next ones. */
  readonly #scalars: ReadonlyMap<Value, HostBuffer>;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(environment: OrtEnvironment, graph: Graph, options: ProgramOptions, forget: Forget) {
    const isOwn = (buffer: Buffer): buffer is HostBuffer =>
      buffer instanceof HostBuffer && buffer.isOf(environment);
    super(graph, { ...options, constants: options.constants.buffers }, isOwn, forget);
    const { parts, scalars } = compileSubmodels(environment, graph, options);
    this.#parts = parts;
    this.#scalars = new Map(
      scalars.map((value) => [value, new HostBuffer(environment, value.type)]),
    );
    this.operations = parts.reduce((sum, part) => sum + part.operations, 0);
    this.bytes = [...parts, ...this.#scalars.values()].reduce((sum, each) => sum + each.bytes, 0);
  }

  /** Ends the profiles of the runs so far, for an engine started with a folder; the traces' paths. */
  endProfile(): readonly string[] {
    return this.#parts.map((part) => part.endProfile());
  }

  protected execute(): void {
    for (const part of this.#parts) part.run(this.#bufferOf);
  }

  protected release(): void {
    for (const part of this.#parts) part.release();
    for (const scalar of this.#scalars.values()) scalar.dispose();
  }

  readonly #bufferOf = (port: Port): HostBuffer => {
    if (port.kind === "scalar") return this.#scalars.get(port.value)!;
    return (port.kind === "input" ? this.inputs : this.outputs).get(port.name);
  };
}

/** The models of a graph, and what one computes for the next ones. */
function compileSubmodels(
  environment: OrtEnvironment,
  graph: Graph,
  { name, donate, constants, session, target, withoutPasses }: ProgramOptions,
): { readonly parts: readonly Submodel[]; readonly scalars: readonly Value[] } {
  const hasConstants = constants.buffers.size > 0;
  const plan = optimise(graph, { ...target, donate, hasConstants }, withoutPasses);
  const parts = plan.map((model) => {
    const options = {
      name,
      environment,
      session,
      target,
      constants,
      graph: model.graph,
      steps: model.steps,
      inputs: [...model.inputs.values()],
      outputs: [...model.outputs.values()],
      donate: donationsWithin(model, donate),
    };
    return model.runs === "tiled" ? new TiledSubmodel(options) : new WholeSubmodel(options);
  });
  const ports = plan.flatMap(({ outputs }) => [...outputs.values()]);
  return { parts, scalars: ports.flatMap((port) => (port.kind === "scalar" ? port.value : [])) };
}
