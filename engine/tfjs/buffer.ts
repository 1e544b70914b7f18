/** A tensor on a backend of TensorFlow.js. Tensors are immutable: a new value replaces the old one. */
import { type Buffer, EngineError } from "../engine.ts";
import {
  allocate,
  bytesOf,
  describeType,
  sizeOf,
  type TensorData,
  type TensorType,
} from "../graph/index.ts";
import { download, type Runtime, type Tensor, upload } from "./runtime.ts";

export class TfjsBuffer implements Buffer {
  readonly type: TensorType;
  readonly bytes: number;
  readonly #runtime: Runtime;
  readonly #forget: (buffer: TfjsBuffer) => void;
  #tensor: Tensor | null;
  #disposed = false;

  constructor(
    runtime: Runtime,
    type: TensorType,
    data: TensorData | undefined,
    forget: (buffer: TfjsBuffer) => void,
  ) {
    this.type = type;
    this.bytes = bytesOf(type);
    this.#runtime = runtime;
    this.#forget = forget;
    checkLength(type, data);
    this.#tensor = upload(runtime, type, data);
  }

  /** @throws EngineError after dispose, and after a failed run that was to update it in place. */
  get tensor(): Tensor {
    if (this.#tensor === null) {
      const why = this.#disposed ? "was freed" : "was lost in a run that failed";
      throw new EngineError(`a buffer ${describeType(this.type)} ${why}`);
    }
    return this.#tensor;
  }

  isOn(runtime: Runtime): boolean {
    return this.#runtime === runtime;
  }

  /** Leaves the buffer empty until it is given another tensor; the caller frees this one. */
  take(): Tensor {
    const tensor = this.tensor;
    this.#tensor = null;
    return tensor;
  }

  /** Takes the tensor over and frees the one before. */
  replace(tensor: Tensor): void {
    this.#tensor?.dispose();
    this.#tensor = tensor;
  }

  /** A copy: the elements live where the backend keeps them. */
  read(): TensorData {
    return download(this.#runtime, this.type, this.tensor);
  }

  write(data: TensorData): void {
    checkLength(this.type, data);
    if (this.#disposed) throw new EngineError(`a buffer ${describeType(this.type)} was freed`);
    this.replace(upload(this.#runtime, this.type, data));
  }

  fill(make: (elements: TensorData) => void): void {
    const elements = allocate(this.type);
    make(elements);
    this.write(elements);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#tensor?.dispose();
    this.#tensor = null;
    this.#forget(this);
  }
}

function checkLength(type: TensorType, data: TensorData | undefined): void {
  if (data !== undefined && data.length !== sizeOf(type.shape)) {
    throw new EngineError(`a buffer ${describeType(type)} got ${data.length} elements`);
  }
}
