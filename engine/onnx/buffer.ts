/** A tensor in host memory: one array that the caller and the runtime both read and write. */
import { type Buffer, EngineError } from "../engine.ts";
import {
  allocate,
  bytesOf,
  describeType,
  sizeOf,
  type TensorData,
  type TensorType,
} from "../graph/index.ts";
import { type OrtEnvironment, OrtTensor } from "./runtime/index.ts";

export class HostBuffer implements Buffer {
  readonly type: TensorType;
  readonly bytes: number;
  readonly #environment: OrtEnvironment;
  readonly #forget: (buffer: HostBuffer) => void;
  readonly #data: TensorData;
  readonly #tensor: OrtTensor;
  /** By tile length: the flat array cut into tiles. */
  readonly #tiles = new Map<number, readonly OrtTensor[]>();
  #disposed = false;

  constructor(
    environment: OrtEnvironment,
    type: TensorType,
    data: TensorData | undefined,
    forget: (buffer: HostBuffer) => void,
  ) {
    this.type = type;
    this.bytes = bytesOf(type);
    this.#environment = environment;
    this.#forget = forget;
    this.#data = allocate(type);
    if (data !== undefined) this.write(data);
    this.#tensor = new OrtTensor(environment, this.#data, type.dtype, type.shape);
  }

  /** @throws EngineError after dispose. */
  get tensor(): OrtTensor {
    this.#checkAlive();
    return this.#tensor;
  }

  /** The flat array as tensors of `length` elements, the last one of what is left. */
  tiles(length: number): readonly OrtTensor[] {
    this.#checkAlive();
    const known = this.#tiles.get(length);
    if (known !== undefined) return known;
    const count = Math.ceil(this.#data.length / length);
    const made = Array.from({ length: count }, (_, i) => {
      const part = this.#data.subarray(i * length, (i + 1) * length);
      return new OrtTensor(this.#environment, part, this.type.dtype, [part.length]);
    });
    this.#tiles.set(length, made);
    return made;
  }

  isOf(environment: OrtEnvironment): boolean {
    return this.#environment === environment;
  }

  /** The memory itself. */
  read(): TensorData {
    this.#checkAlive();
    return this.#data;
  }

  write(data: TensorData): void {
    this.#checkAlive();
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
    this.#tensor.release();
    for (const tile of [...this.#tiles.values()].flat()) tile.release();
    this.#forget(this);
  }

  #checkAlive(): void {
    if (this.#disposed) throw new EngineError(`a buffer ${describeType(this.type)} was freed`);
  }
}
