/** What the programs of all engines share: names, types and aliases are checked before anything runs. */
import { type Buffer, EngineError, type Program } from "../engine.ts";
import type { Graph } from "../graph/index.ts";
import {
  BoundBuffers,
  type Buffers,
  checkAliases,
  checkConstants,
  checkDonations,
  checkStillConstant,
  type Donations,
} from "./binding.ts";
import type { EngineBuffer, Forget } from "./buffer.ts";

export interface BaseProgramOptions {
  readonly name: string;
  readonly donate: Donations;
  /** By name of an input: the buffer that every run gives for it. */
  readonly constants?: ReadonlyMap<string, Buffer>;
}

export abstract class BaseProgram<Own extends EngineBuffer> implements Program {
  readonly name: string;
  protected readonly donate: Donations;
  protected readonly inputs: BoundBuffers<Own>;
  protected readonly outputs: BoundBuffers<Own>;
  readonly #constants: ReadonlyMap<string, Buffer>;
  readonly #forget: Forget;
  #disposed = false;

  /**
   * @param isOwn whether a buffer is one of this engine's, in the same runtime.
   * @throws EngineError when donations or constants do not fit the graph.
   */
  constructor(
    graph: Graph,
    { name, donate, constants = new Map() }: BaseProgramOptions,
    isOwn: (buffer: Buffer) => buffer is Own,
    forget: Forget,
  ) {
    checkDonations(name, graph, donate);
    checkConstants(name, graph, constants);
    this.name = name;
    this.donate = donate;
    this.#constants = constants;
    this.inputs = new BoundBuffers(`${name}: input`, graph.inputs, isOwn);
    this.outputs = new BoundBuffers(`${name}: output`, graph.outputs, isOwn);
    this.#forget = forget;
  }

  abstract readonly operations: number;

  /** Computes on the bound buffers. */
  protected abstract execute(): void;

  /** Frees what the program holds; called once. */
  protected abstract release(): void;

  run(inputs: Buffers, outputs: Buffers): void {
    if (this.#disposed) throw new EngineError(`${this.name}: run after dispose`);
    const changedInputs = this.inputs.bind(inputs);
    const changedOutputs = this.outputs.bind(outputs);
    if (changedInputs) checkStillConstant(this.inputs, this.#constants);
    if (changedInputs || changedOutputs) checkAliases(this.inputs, this.outputs, this.donate);
    this.execute();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#forget();
    this.release();
  }
}
