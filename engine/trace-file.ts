/**
 * The time of each operation of a program's runs, written as ONNX Runtime writes its own: a JSON array
 * of Chrome trace events. The array is ended when the program is disposed.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "./base/index.ts";

export interface TracedOperation {
  /** As `MatMul`. */
  readonly operation: string;
  /** Microseconds since the trace began. */
  readonly began: number;
  /** In microseconds. */
  readonly lasted: number;
  /** What else is told of it. */
  readonly details: Readonly<Record<string, string>>;
}

/** Events that wait in memory to be written. */
export const mostWaiting = 4096;

/** Programs of one name are told apart by a number, as those of the engine `onnx` are. */
let traces = 0;

export class TraceFile {
  readonly #file: string;
  readonly #origin = performance.now();
  #waiting: TracedOperation[] = [];
  #isBegun = false;

  constructor(folder: string, program: string) {
    const name = program.replaceAll(/[^\w-]+/g, "-");
    const date = new Date().toISOString().replaceAll(/[:.]/g, "-");
    this.#file = join(folder, `${name}.${traces++}_${date}.json`);
  }

  /** Microseconds since the trace began. */
  now(): number {
    return (performance.now() - this.#origin) * 1000;
  }

  /** Writes what is waiting where it is much. @throws EngineError when it cannot be written. */
  makeRoom(): void {
    if (this.#waiting.length >= mostWaiting) this.#write("");
  }

  add(traced: TracedOperation): void {
    this.#waiting.push(traced);
  }

  /** Writes what is waiting and ends the file. @throws EngineError when it cannot be written. */
  close(): void {
    this.#write("]\n");
  }

  #write(end: string): void {
    const events = this.#waiting.map((traced) => JSON.stringify(eventOf(traced))).join(",\n");
    this.#waiting = [];
    const between = events === "" ? "" : ",\n";
    const start = this.#isBegun ? between : "[";
    this.#isBegun = true;
    try {
      appendFileSync(this.#file, `${start}${events}${end}`);
    } catch (cause) {
      throw explain(`${this.#file}: the profile cannot be written`, cause);
    }
  }
}

function eventOf({ operation, began, lasted, details }: TracedOperation): object {
  return {
    cat: "Node",
    ph: "X",
    pid: process.pid,
    tid: 0,
    name: `${operation}_kernel_time`,
    ts: inNanoseconds(began),
    dur: inNanoseconds(lasted),
    args: { op_name: operation, ...details },
  };
}

/** Much of a small graph takes less than a microsecond. */
const inNanoseconds = (microseconds: number) => Math.round(microseconds * 1e3) / 1e3;
