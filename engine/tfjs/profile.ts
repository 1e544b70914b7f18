/**
 * The time of each operation of a program's runs, written as ONNX Runtime writes its own: a JSON array
 * of Chrome trace events, microseconds since compiling. The array is ended when the program is disposed.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../engine.ts";
import type { Node, Shape } from "../graph/index.ts";
import { finish, type Runtime, type Tensor } from "./runtime.ts";

interface Timed {
  readonly node: Node;
  readonly began: number;
  readonly ended: number;
}

/** Events that wait in memory to be written. */
export const mostWaiting = 4096;

/** Programs of one name are told apart by a number, as those of the engine `onnx` are. */
let profiles = 0;

export class ProgramProfile {
  readonly #runtime: Runtime;
  readonly #file: string;
  readonly #origin = performance.now();
  #waiting: Timed[] = [];
  #isBegun = false;

  constructor(runtime: Runtime, folder: string, program: string) {
    this.#runtime = runtime;
    const name = program.replaceAll(/[^\w-]+/g, "-");
    const date = new Date().toISOString().replaceAll(/[:.]/g, "-");
    this.#file = join(folder, `${name}.${profiles++}_${date}.json`);
  }

  /**
   * Runs a kernel and waits for its results, on a device that computes while JavaScript goes on.
   * @throws EngineError when earlier events cannot be written; the kernel has then not run.
   */
  time(node: Node, kernel: () => readonly Tensor[]): readonly Tensor[] {
    if (this.#waiting.length >= mostWaiting) this.#write("");
    const began = performance.now();
    const results = kernel();
    if (this.#runtime.isAsynchronous) finish(this.#runtime, results);
    this.#waiting.push({ node, began, ended: performance.now() });
    return results;
  }

  /** Writes what is waiting and ends the file. @throws EngineError when it cannot be written. */
  close(): void {
    this.#write("]\n");
  }

  #write(end: string): void {
    const events = this.#waiting.map((timed) => JSON.stringify(this.#event(timed))).join(",\n");
    this.#waiting = [];
    const between = events === "" ? "" : ",\n";
    const start = this.#isBegun ? between : "[";
    this.#isBegun = true;
    try {
      appendFileSync(this.#file, `${start}${events}${end}`);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new EngineError(`${this.#file}: the profile cannot be written: ${why}`, { cause });
    }
  }

  #event({ node, began, ended }: Timed): object {
    return {
      ...{ cat: "Node", ph: "X", pid: process.pid, tid: 0 },
      name: `${node.operation.name}_kernel_time`,
      ts: microseconds(began - this.#origin),
      dur: microseconds(ended - began),
      args: {
        op_name: node.operation.name,
        scope: node.scope,
        inputs: shapesOf(node.inputs),
        outputs: shapesOf(node.outputs),
      },
    };
  }
}

/** With nanoseconds: much of a small graph takes less than a microsecond. */
const microseconds = (milliseconds: number) => Math.round(milliseconds * 1e6) / 1e3;

/** As `8x256x384, 384`. */
const shapesOf = (values: readonly { readonly shape: Shape }[]) =>
  values.map(({ shape }) => shape.join("x")).join(", ");
