/** A tensor on a backend of TensorFlow.js. Tensors are immutable: a new value replaces the old one. */
import { EngineBuffer, type Forget } from "../base/index.ts";
import { EngineError } from "../engine.ts";
import { allocate, describeType, type TensorData, type TensorType } from "../graph/index.ts";
import { download, type Runtime, type Tensor, upload } from "./runtime.ts";

export class TfjsBuffer extends EngineBuffer {
  readonly #runtime: Runtime;
  #tensor: Tensor | null;

  constructor(runtime: Runtime, type: TensorType, data: TensorData | undefined, forget: Forget) {
    super(type, forget);
    this.#runtime = runtime;
    if (data !== undefined) this.checkLength(data);
    this.#tensor = upload(runtime, type, data);
  }

  /** @throws EngineError after dispose, and after a failed run that was to update it in place. */
  get tensor(): Tensor {
    this.checkAlive();
    if (this.#tensor !== null) return this.#tensor;
    throw new EngineError(`a buffer ${describeType(this.type)} was lost in a run that failed`);
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
    this.checkLength(data);
    this.checkAlive();
    this.replace(upload(this.#runtime, this.type, data));
  }

  fill(make: (elements: TensorData) => void): void {
    const elements = allocate(this.type);
    make(elements);
    this.write(elements);
  }

  protected release(): void {
    this.#tensor?.dispose();
    this.#tensor = null;
  }
}
