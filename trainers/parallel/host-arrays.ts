/** The elements of an engine's tensors, to be read and changed in place wherever the engine keeps them. */
import type { Buffer } from "../../engine/index.ts";

export class HostArrays {
  readonly #buffers: readonly Buffer[];
  /** Where the engine computes in host memory: the memory itself. */
  readonly #shared: readonly Float32Array[] | null;

  /** @param buffers of float32. */
  constructor(buffers: readonly Buffer[]) {
    this.#buffers = buffers;
    const [once, twice] = [read(buffers), read(buffers)];
    this.#shared = once.every((array, i) => array === twice[i]) ? once : null;
  }

  /** As they are now. */
  read(): readonly Float32Array[] {
    return this.#shared ?? read(this.#buffers);
  }

  /** Gives the engine what was changed in the arrays of the last `read`. */
  write(arrays: readonly Float32Array[]): void {
    if (this.#shared !== null) return;
    for (const [i, buffer] of this.#buffers.entries()) buffer.write(arrays[i]!);
  }
}

const read = (buffers: readonly Buffer[]): Float32Array[] =>
  buffers.map((buffer) => buffer.read() as Float32Array);
