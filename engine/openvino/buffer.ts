/** A tensor of the engine `openvino`: a host array, and the library's view of it. */
import { type Forget, HostArrayBuffer } from "../base/index.ts";
import type { TensorData, TensorType } from "../graph/index.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";

/** What a request reads or writes. */
export interface Bound {
  readonly tensor: Handle;
  /** Never given twice, as addresses of tensors are: one that is made may lie where another was freed. */
  readonly id: number;
}

let ids = 0;

/** A piece of a tensor. */
export interface Tile extends Bound {
  readonly data: TensorData;
}

export class OpenvinoBuffer extends HostArrayBuffer {
  readonly id = ids++;
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
    const tile = { data, tensor, id: ids++ };
    this.#tiles.set(key, tile);
    return tile;
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
