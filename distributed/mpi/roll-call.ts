/**
 * Whether all processes are still at work. Each answers before anything that all do together, and once
 * more when it ends: an end that the others do not share is heard by those that go on, which would
 * otherwise wait for that process without end.
 */
import { MpiError } from "../error.ts";
import type { Handle } from "./abi.ts";
import type { MpiLibrary } from "./library.ts";

/** Between two looks of a wait that blocks, in milliseconds: growing, so that short waits are short. */
const pauses = { first: 0.1, longest: 20 };

export interface RollCallOptions {
  readonly library: MpiLibrary;
  readonly world: Handle;
  readonly rank: number;
  readonly size: number;
  /** False where this process ends. */
  readonly isStaying: boolean;
}

/** One round of answers, begun when it is made. */
export class RollCall {
  readonly #options: RollCallOptions;
  // Memory of their own, which the engine does not move while MPI writes to it.
  readonly #answer = new Int32Array(new ArrayBuffer(8));
  /** Ranks counted from 1: the highest that stays, and the highest that ends. */
  readonly #highest = new Int32Array(new ArrayBuffer(8));
  readonly #request: Uint8Array;
  readonly #done = new Int32Array(new ArrayBuffer(4));

  constructor(options: RollCallOptions) {
    this.#options = options;
    const { library, world, rank, isStaying } = options;
    this.#request = new Uint8Array(new ArrayBuffer(library.abi.handleBytes));
    this.#answer[isStaying ? 0 : 1] = rank + 1;
    const [type, operation] = [library.handle("int32"), library.handle("max")];
    library.call(
      "MPI_Iallreduce",
      ...[this.#answer, this.#highest, 2, type, operation, world, this.#request],
    );
  }

  /** Waits with a busy processor. @throws MpiError where some stay and some end */
  wait(): void {
    const { library } = this.#options;
    library.call("MPI_Wait", this.#request, library.abi.ignoreStatus);
    this.#refuseParting();
  }

  /** Waits and lets others compute; nothing else runs in this process. @throws as `wait` */
  sleep(): void {
    const bell = new Int32Array(new SharedArrayBuffer(4));
    let pause = pauses.first;
    while (!this.#isDone()) {
      Atomics.wait(bell, 0, 0, pause);
      pause = Math.min(2 * pause, pauses.longest);
    }
    this.#refuseParting();
  }

  /** Waits and lets signals through. @throws as `wait` */
  async settle(): Promise<void> {
    while (!this.#isDone()) {
      await new Promise((resolve) => setTimeout(resolve, pauses.longest));
    }
    this.#refuseParting();
  }

  #isDone(): boolean {
    const { library } = this.#options;
    library.call("MPI_Test", this.#request, this.#done, library.abi.ignoreStatus);
    return this.#done[0] !== 0;
  }

  #refuseParting(): void {
    const [stays, ends] = this.#highest;
    if (stays === 0 || ends === 0) return;
    const { size } = this.#options;
    throw new MpiError(
      `rank ${ends! - 1} of ${size} ended while rank ${stays! - 1} still had work for all: processes of one group end together, or by an error`,
    );
  }
}
