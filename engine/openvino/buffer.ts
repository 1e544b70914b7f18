/** A tensor of the engine `openvino`: a host array, and the library's view of it. */
import { type Forget, HostArrayBuffer } from "../base/index.ts";
import type { TensorData, TensorType } from "../graph/index.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";

/** A piece of a tensor. */
export interface Tile {
  readonly data: TensorData;
  readonly tensor: Handle;
}

export class OpenvinoBuffer extends HostArrayBuffer {
  readonly #environment: OpenvinoEnvironment;
  readonly #tensor: Handle;
  /** By start and length. */
  readonly #tiles = new Map<string, Tile>();

  constructor(
    environment: OpenvinoEnvironment,
    type: TensorType,
    data?: TensorData,
    forget?: Forget,
  ) {
    super(type, data, forget);
    this.#environment = environment;
    this.#tensor = environment.library.createTensor(this.read(), type.dtype, type.shape);
  }

  /** @throws EngineError after dispose. */
  get tensor(): Handle {
    this.checkAlive();
    return this.#tensor;
  }

  /** A piece of the flat array. @throws EngineError after dispose. */
  tile(start: number, length: number): Tile {
    this.checkAlive();
    const key = `${start} ${length}`;
    const known = this.#tiles.get(key);
    if (known !== undefined) return known;
    const data = this.read().subarray(start, start + length);
    const tensor = this.#environment.library.createTensor(data, this.type.dtype, [length]);
    this.#tiles.set(key, { data, tensor });
    return { data, tensor };
  }

  isOf(environment: OpenvinoEnvironment): boolean {
    return this.#environment === environment;
  }

  protected release(): void {
    const { library } = this.#environment;
    library.release("ov_tensor_free", this.#tensor);
    for (const { tensor } of this.#tiles.values()) library.release("ov_tensor_free", tensor);
  }
}
