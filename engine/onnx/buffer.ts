/** A tensor of the engine `onnx`: a host array, and the runtime's views of it. */
import { type Forget, HostArrayBuffer } from "../base/index.ts";
import type { TensorData, TensorType } from "../graph/index.ts";
import { type OrtEnvironment, OrtTensor } from "./runtime/index.ts";

export class HostBuffer extends HostArrayBuffer {
  readonly #environment: OrtEnvironment;
  readonly #tensor: OrtTensor;
  /** By tile length: the flat array cut into tiles. */
  readonly #tiles = new Map<number, readonly OrtTensor[]>();

  constructor(environment: OrtEnvironment, type: TensorType, data?: TensorData, forget?: Forget) {
    super(type, data, forget);
    this.#environment = environment;
    this.#tensor = new OrtTensor(environment, this.read(), type.dtype, type.shape);
  }

  /** @throws EngineError after dispose. */
  get tensor(): OrtTensor {
    this.checkAlive();
    return this.#tensor;
  }

  /** The flat array as tensors of `length` elements, the last one of what is left. */
  tiles(length: number): readonly OrtTensor[] {
    const data = this.read();
    const known = this.#tiles.get(length);
    if (known !== undefined) return known;
    const count = Math.ceil(data.length / length);
    const made = Array.from({ length: count }, (_, i) => {
      const part = data.subarray(i * length, (i + 1) * length);
      return new OrtTensor(this.#environment, part, this.type.dtype, [part.length]);
    });
    this.#tiles.set(length, made);
    return made;
  }

  isOf(environment: OrtEnvironment): boolean {
    return this.#environment === environment;
  }

  protected release(): void {
    this.#tensor.release();
    for (const tile of [...this.#tiles.values()].flat()) tile.release();
  }
}
