/** What the tensors of all engines share: a type, a life, and checks of what is written to them. */
import { type Buffer, EngineError } from "../engine.ts";
import {
  allocate,
  bytesOf,
  describeType,
  sizeOf,
  type TensorData,
  type TensorType,
} from "../graph/index.ts";

/** Takes what is disposed off its engine's list. */
export type Forget = () => void;

export abstract class EngineBuffer implements Buffer {
  readonly type: TensorType;
  readonly bytes: number;
  readonly #forget: Forget;
  #disposed = false;

  /** @param forget is told when it is disposed. */
  constructor(type: TensorType, forget: Forget = () => {}) {
    this.type = type;
    this.bytes = bytesOf(type);
    this.#forget = forget;
  }

  abstract read(): TensorData;
  abstract write(data: TensorData): void;
  abstract fill(make: (elements: TensorData) => void): void;

  /** Frees what the engine holds of it; called once. */
  protected abstract release(): void;

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.release();
    this.#forget();
  }

  /** @throws EngineError after dispose. */
  checkAlive(): void {
    if (this.#disposed) throw new EngineError(`a buffer ${describeType(this.type)} was freed`);
  }

  /** @throws EngineError when the length differs. */
  protected checkLength(data: TensorData): void {
    if (data.length === sizeOf(this.type.shape)) return;
    throw new EngineError(`a buffer ${describeType(this.type)} got ${data.length} elements`);
  }
}

/** A tensor in host memory: one array that the caller and the library that computes both read and write. */
export abstract class HostArrayBuffer extends EngineBuffer {
  readonly #data: TensorData;

  constructor(type: TensorType, data?: TensorData, forget?: Forget) {
    super(type, forget);
    this.#data = allocate(type);
    if (data !== undefined) this.write(data);
  }

  /** The memory itself. */
  read(): TensorData {
    this.checkAlive();
    return this.#data;
  }

  write(data: TensorData): void {
    this.checkAlive();
    this.checkLength(data);
    this.#data.set(data);
  }

  fill(make: (elements: TensorData) => void): void {
    make(this.read());
  }
}
