/** What all engines share: they know what of theirs is alive, count it, and free it in the end. */
import {
  type CompileOptions,
  type Engine,
  type EngineDescription,
  EngineError,
  type EngineMemory,
  type Program,
} from "../engine.ts";
import type { Graph, TensorData, TensorType } from "../graph/index.ts";
import type { EngineBuffer, Forget } from "./buffer.ts";

export abstract class BaseEngine<Own extends EngineBuffer, Compiled extends Program>
  implements Engine
{
  abstract readonly name: string;
  abstract readonly runtimeCalls: number | null;
  abstract readonly runtimeObjects: number;
  readonly #buffers = new Set<Own>();
  readonly #programs = new Set<Compiled>();
  #disposed = false;

  abstract describe(): EngineDescription;

  protected abstract makeBuffer(
    type: TensorType,
    data: TensorData | undefined,
    forget: Forget,
  ): Own;

  protected abstract makeProgram(
    graph: Graph,
    options: Required<CompileOptions>,
    forget: Forget,
  ): Compiled;

  /** That programs hold beside the caller's buffers. */
  protected bytesOfProgram(_program: Compiled): number {
    return 0;
  }

  buffer(type: TensorType, data?: TensorData): Own {
    this.#checkAlive();
    const buffer: Own = this.makeBuffer(type, data, () => this.#buffers.delete(buffer));
    this.#buffers.add(buffer);
    return buffer;
  }

  compile(
    graph: Graph,
    { name = "program", donate = {}, constants = {} }: CompileOptions = {},
  ): Compiled {
    this.#checkAlive();
    const options = { name, donate, constants };
    const program: Compiled = this.makeProgram(graph, options, () =>
      this.#programs.delete(program),
    );
    this.#programs.add(program);
    return program;
  }

  memory(): EngineMemory {
    let bytes = 0;
    for (const buffer of this.#buffers) bytes += buffer.bytes;
    for (const program of this.#programs) bytes += this.bytesOfProgram(program);
    return { buffers: this.#buffers.size, bytes, programs: this.#programs.size };
  }

  /** @throws EngineError when a profile cannot be written; everything is disposed even so. */
  dispose(): void {
    this.#disposed = true;
    const errors: unknown[] = [];
    for (const program of [...this.#programs]) {
      try {
        program.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    for (const buffer of [...this.#buffers]) buffer.dispose();
    if (errors.length > 0) throw errors[0];
  }

  #checkAlive(): void {
    if (this.#disposed) throw new EngineError(`the ${this.name} engine is used after dispose`);
  }
}
