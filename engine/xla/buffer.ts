/**
 * A tensor on the devices, of which each holds a piece or the whole. The devices' tensors do not change:
 * new ones replace the old.
 */
import { EngineBuffer, type Forget } from "../base/index.ts";
import { EngineError } from "../engine.ts";
import { allocate, describeType, type TensorData, type TensorType } from "../graph/index.ts";
import { join, type Placement, pieceType, placementOf, split } from "./mesh/index.ts";
import type { Handle } from "./pjrt/index.ts";
import type { XlaRuntime } from "./runtime.ts";

/** What a buffer's tensor is. */
type State =
  /** Zeros that have not been moved to the devices: results often come before anybody reads them. */
  "zeros" | "there" | "lost";

export class XlaBuffer extends EngineBuffer {
  readonly #runtime: XlaRuntime;
  readonly #placement: Placement;
  readonly #pieceType: TensorType;
  /** By device. */
  #handles: readonly Handle[] = [];
  #state: State = "zeros";

  constructor(runtime: XlaRuntime, type: TensorType, data: TensorData | undefined, forget: Forget) {
    super(type, forget);
    this.#runtime = runtime;
    this.#placement = placementOf(type, runtime.mesh);
    this.#pieceType = pieceType(type, this.#placement, runtime.mesh);
    if (data === undefined) return;
    this.checkLength(data);
    this.#upload(data);
  }

  isOn(runtime: XlaRuntime): boolean {
    return this.#runtime === runtime;
  }

  /**
   * The devices' tensors.
   * @throws EngineError after dispose, and after a failed run that was to replace them.
   */
  get handles(): readonly Handle[] {
    this.checkAlive();
    if (this.#state === "zeros") this.#upload(allocate(this.type));
    if (this.#state === "there") return this.#handles;
    throw new EngineError(`a buffer ${describeType(this.type)} was lost in a run that failed`);
  }

  /** Takes tensors over and frees the ones before. */
  replace(handles: readonly Handle[]): void {
    this.#free();
    this.#handles = handles;
    this.#state = "there";
  }

  /** Frees the tensors that a run is about to replace. */
  vacate(): void {
    this.checkAlive();
    this.#free();
  }

  /** After a failed run: whether memory was taken is up to the runtime. */
  checkLost(): void {
    const { client } = this.#runtime;
    if (this.#handles.some((handle) => client.isDeleted(handle))) this.vacate();
  }

  /** A copy. */
  read(): TensorData {
    this.checkAlive();
    const elements = allocate(this.type);
    if (this.#state === "zeros") return elements;
    const { client, mesh } = this.#runtime;
    const { handles } = this;
    if (handles.length === 1) {
      client.download(handles[0]!, this.type, elements);
      return elements;
    }
    const pieceOf = (device: number): TensorData => {
      const piece = allocate(this.#pieceType);
      client.download(handles[device]!, this.#pieceType, piece);
      return piece;
    };
    join(pieceOf, this.type, this.#placement, mesh, elements);
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
    const { client, mesh } = this.#runtime;
    // The old tensors go first, so that a large one is there once.
    this.#free();
    const pieces = split(data, this.type, this.#placement, mesh);
    const made: Handle[] = [];
    try {
      for (const [device, piece] of pieces.entries()) {
        made.push(client.upload(piece, this.#pieceType, client.devices[device]!));
      }
    } catch (error) {
      // Where one device has no room the others get theirs back.
      for (const handle of made) client.freeBuffer(handle);
      throw error;
    }
    this.replace(made);
  }

  #free(): void {
    for (const handle of this.#handles) this.#runtime.client.freeBuffer(handle);
    this.#handles = [];
    this.#state = "lost";
  }
}
