/**
 * What processes that compute together say to each other. Every call but `abort` is collective: all
 * ranks make it, in the same order, with arrays of the same length, and wait for each other in it. A
 * process that ends in the meantime makes it throw on the others: MpiError.
 */

/** Arrays whose bytes are handed on as they are. */
export type Shared = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Arrays that are added up, or compared element by element. */
export type Summable = Float32Array | Float64Array;

export type Reduction = "sum" | "max" | "min";

/**
 * A group of processes, each of which knows its rank.
 * @example
 * const communicator: Communicator = openCommunicator();
 * const losses = Float64Array.of(loss);
 * communicator.allReduce(losses);
 * if (communicator.rank === 0) console.log(losses[0]! / communicator.size);
 */
export interface Communicator {
  /** Of this process, from 0. */
  readonly rank: number;
  readonly size: number;
  /** As `Open MPI 4.1.4, 2 processes`. */
  readonly summary: string;
  /** Replaces the elements by their sum (or largest, or least) over all ranks, the same on each. */
  allReduce(values: Summable, reduction?: Reduction): void;
  /** Gives the elements of one rank to all. */
  broadcast(values: Shared, root: number): void;
  /**
   * Adds up over all ranks, of which each gets a part of the sum.
   * @param values the parts of all ranks, one after the other; left as they are.
   * @param counts elements of each rank's part.
   * @param own receives this rank's part.
   */
  reduceScatter(values: Float32Array, counts: Int32Array, own: Float32Array): void;
  /**
   * Joins the parts of all ranks, one after the other.
   * @param counts elements of each rank's part.
   * @param all receives the whole, on every rank.
   */
  allGather<T extends Shared>(own: T, counts: Int32Array, all: T): void;
  /** Waits until all ranks are here, with a busy processor: for short waits. */
  barrier(): void;
  /** The same for long waits: looks now and then, so that signals get through and others can compute. */
  settle(): Promise<void>;
  /**
   * Leaves in good order, once, when all ranks do. Nothing can be said afterwards.
   * @throws MpiError where others go on
   */
  finish(): void;
  /** Ends all processes of the group at once. */
  abort(exitCode: number): never;
}

/**
 * One process alone: nothing is to be said to anybody.
 * @example
 * const communicator: Communicator = process.argv.includes("--alone") ? alone : openCommunicator();
 */
export const alone: Communicator = {
  rank: 0,
  size: 1,
  summary: "one process",
  allReduce() {},
  broadcast() {},
  reduceScatter(values, _counts, own) {
    own.set(values);
  },
  allGather(own, _counts, all) {
    all.set(own);
  },
  barrier() {},
  async settle() {},
  finish() {},
  abort: (exitCode) => process.exit(exitCode),
};
