/** All processes that one launcher started, over the system's MPI. */
import { writeSync } from "node:fs";
import type { Communicator, Reduction, Shared, Summable } from "../communicator.ts";
import type { Handle } from "./abi.ts";
import type { MpiLibrary } from "./library.ts";
import { RollCall } from "./roll-call.ts";

/** One thread speaks for a process, the one that began. */
const funneled = 1;

export class MpiCommunicator implements Communicator {
  readonly rank: number;
  readonly size: number;
  readonly summary: string;
  readonly #library: MpiLibrary;
  readonly #world: Handle;
  #isFinished = false;

  /**
   * Begins MPI, of which a process has one, and ends it with the process: in good order where all end
   * with exit code 0, or by ending all others, which would wait for this one without end.
   */
  constructor(library: MpiLibrary) {
    this.#library = library;
    this.#world = library.handle("world");
    const number = new Int32Array(1);
    library.call("MPI_Init_thread", null, null, funneled, number);
    library.call("MPI_Comm_set_errhandler", this.#world, library.handle("errorsReturn"));
    library.call("MPI_Comm_rank", this.#world, number);
    this.rank = number[0]!;
    library.call("MPI_Comm_size", this.#world, number);
    this.size = number[0]!;
    this.summary = `${library.summary}, ${this.size} processes`;
    // Node would print it after the event by which all processes end.
    process.on("uncaughtExceptionMonitor", (error) => {
      writeSync(2, `rank ${this.rank} of ${this.size}: ${error?.stack ?? error}\n`);
    });
    process.on("exit", (code) => {
      if (this.#isFinished) return;
      if (code !== 0) this.abort(code);
      this.#leave();
    });
  }

  allReduce(values: Summable, reduction: Reduction = "sum"): void {
    const [type, operation] = [this.#typeOf(values), this.#library.handle(reduction)];
    const { inPlace } = this.#library.abi;
    const { length } = values;
    this.barrier();
    this.#library.call("MPI_Allreduce", inPlace, values, length, type, operation, this.#world);
  }

  broadcast(values: Shared, root: number): void {
    const type = this.#typeOf(values);
    this.barrier();
    this.#library.call("MPI_Bcast", values, values.length, type, root, this.#world);
  }

  reduceScatter(values: Float32Array, counts: Int32Array, own: Float32Array): void {
    const [type, sum] = [this.#library.handle("float32"), this.#library.handle("sum")];
    this.barrier();
    this.#library.call("MPI_Reduce_scatter", values, own, counts, type, sum, this.#world);
  }

  allGather<T extends Shared>(own: T, counts: Int32Array, all: T): void {
    const type = this.#typeOf(own);
    const places = new Int32Array(counts.length);
    for (let i = 1; i < places.length; i++) places[i] = places[i - 1]! + counts[i - 1]!;
    this.barrier();
    this.#library.call(
      "MPI_Allgatherv",
      ...[own, own.length, type],
      ...[all, counts, places, type, this.#world],
    );
  }

  /** Before each exchange, too: one that another process never joins would not end. */
  barrier(): void {
    this.#rollCall(true).wait();
  }

  async settle(): Promise<void> {
    await this.#rollCall(true).settle();
  }

  finish(): void {
    if (this.#isFinished) return;
    this.#rollCall(false).sleep();
    this.#isFinished = true;
    this.#library.call("MPI_Finalize");
  }

  abort(exitCode: number): never {
    this.#isFinished = true;
    this.#library.call("MPI_Abort", this.#world, exitCode);
    process.exit(exitCode);
  }

  /** This process has come to its end without an error: so have the others, or all are ended. */
  #leave(): void {
    try {
      this.finish();
    } catch (error) {
      writeSync(2, `${(error as Error).message}\n`);
      this.abort(1);
    }
  }

  #rollCall(isStaying: boolean): RollCall {
    const { rank, size } = this;
    return new RollCall({ library: this.#library, world: this.#world, rank, size, isStaying });
  }

  #typeOf(values: Shared): Handle {
    if (values instanceof Float32Array) return this.#library.handle("float32");
    if (values instanceof Float64Array) return this.#library.handle("float64");
    return this.#library.handle(values instanceof Int32Array ? "int32" : "byte");
  }
}
