/** A tensor on a device. The device's tensors do not change: a new value replaces the old one. */
import { EngineBuffer, type Forget } from "../base/index.ts";
import { EngineError } from "../engine.ts";
import { allocate, describeType, type TensorData, type TensorType } from "../graph/index.ts";
import type { Handle } from "./pjrt/index.ts";
import type { XlaRuntime } from "./runtime.ts";

/** What a buffer's tensor is. */
type State =
  /** Zeros that have not been moved to the device: results often come before anybody reads them. */
  "zeros" | "there" | "lost";

export class XlaBuffer extends EngineBuffer {
  readonly #runtime: XlaRuntime;
  #handle: Handle = 0n;
  #state: State = "zeros";

  constructor(runtime: XlaRuntime, type: TensorType, data: TensorData | undefined, forget: Forget) {
    super(type, forget);
    this.#runtime = runtime;
    if (data === undefined) return;
    this.checkLength(data);
    this.#upload(data);
  }

  isOn(runtime: XlaRuntime): boolean {
    return this.#runtime === runtime;
  }

  /** The device's tensor. @throws EngineError after dispose, and after a failed run that was to replace it. */
  get handle(): Handle {
    this.checkAlive();
    if (this.#state === "zeros") this.#upload(allocate(this.type));
    if (this.#state === "there") return this.#handle;
    throw new EngineError(`a buffer ${describeType(this.type)} was lost in a run that failed`);
  }

  /** Takes a tensor over and frees the one before. */
  replace(handle: Handle): void {
    this.#free();
    this.#handle = handle;
    this.#state = "there";
  }

  /** Frees the tensor that a run is about to replace. */
  vacate(): void {
    this.checkAlive();
    this.#free();
    this.#state = "lost";
  }

  /** After a failed run: whether its memory was taken is up to the runtime. */
  checkLost(): void {
    if (this.#state !== "there" || !this.#runtime.client.isDeleted(this.#handle)) return;
    this.vacate();
  }

  /** A copy. */
  read(): TensorData {
    this.checkAlive();
    const elements = allocate(this.type);
    if (this.#state !== "zeros") this.#runtime.client.download(this.handle, this.type, elements);
    return elements;
  }

  write(data: TensorData): void {
    this.checkLength(data);
    this.checkAlive();
    this.#upload(data);
  }

  fill(make: (elements: TensorData) => void): void {
    const elements = allocate(this.type);
    make(elements);
    this.write(elements);
  }

  protected release(): void {
    this.#free();
  }

  #upload(data: TensorData): void {
    const { client } = this.#runtime;
    // The old tensor goes first, so that a large one is there once.
    this.#free();
    this.#state = "lost";
    this.replace(client.upload(data, this.type, client.devices[0]!));
  }

  #free(): void {
    if (this.#state === "there") this.#runtime.client.freeBuffer(this.#handle);
    this.#handle = 0n;
    this.#state = "lost";
  }
}
