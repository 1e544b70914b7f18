/** A compiled graph: a model of OpenVINO that reads and writes the caller's own arrays. */
import { BaseProgram, type Donations, type Forget } from "../base/index.ts";
import type { Buffer } from "../engine.ts";
import { constantData, type Graph, isConstant } from "../graph/index.ts";
import { OpenvinoBuffer } from "./buffer.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import { type ModelOptions, OpenvinoModel } from "./model.ts";
import { borrowScratch } from "./scratch.ts";

export interface ProgramOptions extends ModelOptions {
  readonly donate: Donations;
  /** Buffers of inputs that stay as they are; the library is told nothing of it. */
  readonly constants: Readonly<Record<string, Buffer>>;
}

export class OpenvinoProgram extends BaseProgram<OpenvinoBuffer> {
  readonly #model: OpenvinoModel;
  /** By output that updates an input: where it is written while the input is still being read. */
  readonly #shadows: ReadonlyMap<string, OpenvinoBuffer>;
  readonly #releaseShadows: () => void;
  /** By output: of two constants that are outputs the library would write only one. */
  readonly #constants: ReadonlyMap<string, ReturnType<typeof constantData>>;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(
    environment: OpenvinoEnvironment,
    graph: Graph,
    options: ProgramOptions,
    forget: Forget,
  ) {
    const isOwn = (buffer: Buffer): buffer is OpenvinoBuffer =>
      buffer instanceof OpenvinoBuffer && buffer.isOf(environment);
    const constants = new Map(Object.entries(options.constants));
    super(graph, { ...options, constants }, isOwn, forget);
    this.#model = new OpenvinoModel(environment, graph, options);
    const updated = Object.keys(options.donate);
    const types = updated.map((output) => graph.outputs.get(output)!.type);
    const { buffers, release } = borrowScratch(environment, types);
    this.#shadows = new Map(updated.map((output, i) => [output, buffers[i]!]));
    this.#releaseShadows = release;
    this.#constants = new Map(
      [...graph.outputs].flatMap(([output, value]) =>
        isConstant(value.node) ? [[output, constantData(value)] as const] : [],
      ),
    );
  }

  get operations(): number {
    return this.#model.operations;
  }

  protected execute(): void {
    for (const [i, name] of this.inputs.names.entries()) {
      this.#model.input(name, this.inputs.buffers[i]!);
    }
    for (const [i, name] of this.outputs.names.entries()) {
      const buffer = this.outputs.buffers[i]!;
      buffer.checkAlive();
      this.#model.output(name, this.#shadows.get(name) ?? buffer);
    }
    this.#model.run();
    for (const [name, shadow] of this.#shadows) this.outputs.get(name).write(shadow.read());
    for (const [name, data] of this.#constants) this.outputs.get(name).write(data);
  }

  /** @throws EngineError when a trace cannot be written; everything is freed even so. */
  protected release(): void {
    this.#releaseShadows();
    this.#model.release();
  }
}
