/** A compiled graph: a model of OpenVINO that reads and writes the caller's own arrays. */
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
import { constantData, type Graph, isConstant } from "../graph/index.ts";
import { OpenvinoBuffer } from "./buffer.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import { type ModelOptions, OpenvinoModel } from "./model.ts";
import { borrowScratch } from "./scratch.ts";

export interface ProgramOptions extends ModelOptions {
  readonly donate: Donations;
  /** Buffers of inputs that stay as they are; the library is told nothing of it. */
  readonly frozen: Readonly<Record<string, Buffer>>;
}

export class OpenvinoProgram implements Program {
  readonly #name: string;
  readonly #donate: Donations;
  readonly #frozen: ReadonlyMap<string, Buffer>;
  readonly #model: OpenvinoModel;
  readonly #inputs: BoundBuffers<OpenvinoBuffer>;
  readonly #outputs: BoundBuffers<OpenvinoBuffer>;
  /** By output that updates an input: where it is written while the input is still being read. */
  readonly #shadows: ReadonlyMap<string, OpenvinoBuffer>;
  readonly #releaseShadows: () => void;
  /** By output: of two constants that are outputs the library would write only one. */
  readonly #constants: ReadonlyMap<string, ReturnType<typeof constantData>>;
  readonly #forget: (program: OpenvinoProgram) => void;
  #disposed = false;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(
    environment: OpenvinoEnvironment,
    graph: Graph,
    options: ProgramOptions,
    forget: (program: OpenvinoProgram) => void,
  ) {
    const { name, donate } = options;
    checkDonations(name, graph, donate);
    this.#frozen = new Map(Object.entries(options.frozen));
    checkConstants(name, graph, this.#frozen);
    const isOwn = (buffer: Buffer): buffer is OpenvinoBuffer =>
      buffer instanceof OpenvinoBuffer && buffer.isOf(environment);
    this.#name = name;
    this.#donate = donate;
    this.#inputs = new BoundBuffers(`${name}: input`, graph.inputs, isOwn);
    this.#outputs = new BoundBuffers(`${name}: output`, graph.outputs, isOwn);
    this.#model = new OpenvinoModel(environment, graph, options);
    const updated = Object.keys(donate);
    const types = updated.map((output) => graph.outputs.get(output)!.type);
    const { buffers, release } = borrowScratch(environment, types);
    this.#shadows = new Map(updated.map((output, i) => [output, buffers[i]!]));
    this.#releaseShadows = release;
    this.#constants = new Map(
      [...graph.outputs].flatMap(([output, value]) =>
        isConstant(value.node) ? [[output, constantData(value)] as const] : [],
      ),
    );
    this.#forget = forget;
  }

  get operations(): number {
    return this.#model.operations;
  }

  run(inputs: Buffers, outputs: Buffers): void {
    if (this.#disposed) throw new EngineError(`${this.#name}: run after dispose`);
    const changedInputs = this.#inputs.bind(inputs);
    const changedOutputs = this.#outputs.bind(outputs);
    if (changedInputs) checkStillConstant(this.#inputs, this.#frozen);
    if (changedInputs || changedOutputs) checkAliases(this.#inputs, this.#outputs, this.#donate);
    for (const [i, name] of this.#inputs.names.entries()) {
      this.#model.input(name, this.#inputs.buffers[i]!);
    }
    for (const [i, name] of this.#outputs.names.entries()) {
      const buffer = this.#outputs.buffers[i]!;
      buffer.checkAlive();
      this.#model.output(name, this.#shadows.get(name) ?? buffer);
    }
    this.#model.run();
    for (const [name, shadow] of this.#shadows) this.#outputs.get(name).write(shadow.read());
    for (const [name, data] of this.#constants) this.#outputs.get(name).write(data);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#releaseShadows();
    this.#forget(this);
    this.#model.release();
  }
}
