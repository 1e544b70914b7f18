/** A tensor in host memory: one array that the caller and the library both read and write. */
import { type Buffer, EngineError } from "../engine.ts";
import {
  allocate,
  bytesOf,
  describeType,
  sizeOf,
  type TensorData,
  type TensorType,
} from "../graph/index.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";

export class OpenvinoBuffer implements Buffer {
  readonly type: TensorType;
  readonly bytes: number;
  readonly #environment: OpenvinoEnvironment;
  readonly #forget: (buffer: OpenvinoBuffer) => void;
  readonly #data: TensorData;
  readonly #tensor: Handle;
  #disposed = false;

  constructor(
    environment: OpenvinoEnvironment,
    type: TensorType,
    data?: TensorData,
    forget: (buffer: OpenvinoBuffer) => void = () => {},
  ) {
    this.type = type;
    this.bytes = bytesOf(type);
    this.#environment = environment;
    this.#forget = forget;
    this.#data = allocate(type);
    if (data !== undefined) this.write(data);
    this.#tensor = environment.library.createTensor(this.#data, type.dtype, type.shape);
  }

  /** @throws EngineError after dispose. */
  get tensor(): Handle {
    this.checkAlive();
    return this.#tensor;
  }

  isOf(environment: OpenvinoEnvironment): boolean {
    return this.#environment === environment;
  }

  /** The memory itself. */
  read(): TensorData {
    this.checkAlive();
    return this.#data;
  }

  write(data: TensorData): void {
    this.checkAlive();
    if (data.length !== sizeOf(this.type.shape)) {
      throw new EngineError(`a buffer ${describeType(this.type)} got ${data.length} elements`);
    }
    this.#data.set(data);
  }

  fill(make: (elements: TensorData) => void): void {
    make(this.read());
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#environment.library.release("ov_tensor_free", this.#tensor);
    this.#forget(this);
  }

  /** @throws EngineError after dispose. */
  checkAlive(): void {
    if (this.#disposed) throw new EngineError(`a buffer ${describeType(this.type)} was freed`);
  }
}
