/** The time of each operation of a program's runs. */
import type { Node, Shape } from "../graph/index.ts";
import { TraceFile } from "../trace-file.ts";
import { finish, type Runtime, type Tensor } from "./runtime.ts";

export class ProgramProfile {
  readonly #runtime: Runtime;
  readonly #trace: TraceFile;

  constructor(runtime: Runtime, folder: string, program: string) {
    this.#runtime = runtime;
    this.#trace = new TraceFile(folder, program);
  }

  /**
   * Runs a kernel and waits for its results, on a device that computes while JavaScript goes on.
   * @throws EngineError when earlier events cannot be written; the kernel has then not run.
   */
  time(node: Node, kernel: () => readonly Tensor[]): readonly Tensor[] {
    this.#trace.makeRoom();
    const began = this.#trace.now();
    const results = kernel();
    if (this.#runtime.isAsynchronous) finish(this.#runtime, results);
    const lasted = this.#trace.now() - began;
    const details = {
      scope: node.scope,
      inputs: shapesOf(node.inputs),
      outputs: shapesOf(node.outputs),
    };
    this.#trace.add({ operation: node.operation.name, began, lasted, details });
    return results;
  }

  /** Writes what is waiting and ends the file. @throws EngineError when it cannot be written. */
  close(): void {
    this.#trace.close();
  }
}

/** As `8x256x384, 384`. */
const shapesOf = (values: readonly { readonly shape: Shape }[]) =>
  values.map(({ shape }) => shape.join("x")).join(", ");
