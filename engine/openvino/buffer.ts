/** A tensor of the engine `openvino`: a host array, and the library's view of it. */
import { type Forget, HostArrayBuffer } from "../base/index.ts";
import type { TensorData, TensorType } from "../graph/index.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";

export class OpenvinoBuffer extends HostArrayBuffer {
  readonly #environment: OpenvinoEnvironment;
  readonly #tensor: Handle;

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

  isOf(environment: OpenvinoEnvironment): boolean {
    return this.#environment === environment;
  }

  protected release(): void {
    this.#environment.library.release("ov_tensor_free", this.#tensor);
  }
}
