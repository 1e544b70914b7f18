/**
 * The time of each operation of a program's runs, kept until the program is disposed and then written
 * as ONNX Runtime writes its own: a JSON array of Chrome trace events, microseconds since compiling.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Node, Shape } from "../graph/index.ts";
import { finish, type Runtime, type Tensor } from "./runtime.ts";

interface Timed {
  readonly node: Node;
  readonly began: number;
  readonly ended: number;
}

/** Programs of one name are told apart by a number, as those of the engine `onnx` are. */
let profiles = 0;

export class ProgramProfile {
  readonly #runtime: Runtime;
  readonly #file: string;
  readonly #origin = performance.now();
  readonly #timed: Timed[] = [];

  constructor(runtime: Runtime, folder: string, program: string) {
    this.#runtime = runtime;
    const name = program.replaceAll(/[^\w-]+/g, "-");
    const date = new Date().toISOString().replaceAll(/[:.]/g, "-");
    this.#file = join(folder, `${name}.${profiles++}_${date}.json`);
  }

  /** Runs a kernel and waits for its results, on a device that computes while JavaScript goes on. */
  time(node: Node, kernel: () => readonly Tensor[]): readonly Tensor[] {
    const began = performance.now();
    const results = kernel();
    if (this.#runtime.isAsynchronous) finish(this.#runtime, results);
    this.#timed.push({ node, began, ended: performance.now() });
    return results;
  }

  write(): void {
    const events = this.#timed.map(({ node, began, ended }) => ({
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
    }));
    writeFileSync(this.#file, JSON.stringify(events));
  }
}

/** With nanoseconds: much of a small graph takes less than a microsecond. */
const microseconds = (milliseconds: number) => Math.round(milliseconds * 1e6) / 1e3;

/** As `8x256x384, 384`. */
const shapesOf = (values: readonly { readonly shape: Shape }[]) =>
  values.map(({ shape }) => shape.join("x")).join(", ");
