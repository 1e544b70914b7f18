/** A model that runs over whole arrays. */
import { constantData, isConstant } from "../graph/index.ts";
import { lowerGraph } from "../onnx/lower/index.ts";
import type { OpenvinoBuffer } from "./buffer.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import { OpenvinoModel } from "./model.ts";
import type { Part, PartOptions } from "./part.ts";
import { borrowScratch } from "./scratch.ts";

export class WholePart implements Part {
  readonly #options: PartOptions;
  readonly #model: OpenvinoModel;
  /** By output that updates an input: where it is written while the input is still being read. */
  readonly #shadows: ReadonlyMap<string, OpenvinoBuffer>;
  readonly #releaseShadows: () => void;
  /** By output: of two constants that are outputs the library would write only one. */
  readonly #constants: ReadonlyMap<string, ReturnType<typeof constantData>>;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(environment: OpenvinoEnvironment, options: PartOptions) {
    const { graph, donate, model } = options;
    this.#options = options;
    const updated = Object.keys(donate);
    const types = updated.map((output) => graph.outputs.get(output)!.type);
    const { buffers, release } = borrowScratch(environment, types);
    this.#shadows = new Map(updated.map((output, i) => [output, buffers[i]!]));
    this.#releaseShadows = release;
    try {
      this.#model = new OpenvinoModel(environment, lowerGraph(graph, model.name), model);
    } catch (error) {
      release();
      throw error;
    }
    this.#constants = new Map(
      [...graph.outputs].flatMap(([output, value]) =>
        isConstant(value.node) ? [[output, constantData(value)] as const] : [],
      ),
    );
  }

  get operations(): number {
    return this.#model.operations;
  }

  run(): void {
    const { inputs, outputs, bufferOf } = this.#options;
    for (const [name, port] of inputs) this.#model.input(name, bufferOf(port));
    for (const [name, port] of outputs) {
      const buffer = bufferOf(port);
      buffer.checkAlive();
      this.#model.output(name, this.#shadows.get(name) ?? buffer);
    }
    this.#model.run();
    for (const [name, shadow] of this.#shadows) bufferOf(outputs.get(name)!).write(shadow.read());
    for (const [name, data] of this.#constants) bufferOf(outputs.get(name)!).write(data);
  }

  /** @throws EngineError when a trace cannot be written; everything is freed even so. */
  release(): void {
    this.#releaseShadows();
    this.#model.release();
  }
}
