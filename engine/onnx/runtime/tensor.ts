/** A tensor of the runtime over an array of ours: the runtime reads and writes the array itself. */
import type { DType, TensorData } from "../../graph/index.ts";
import { typeCodeOf } from "../lower/index.ts";
import type { OrtEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";

export class OrtTensor {
  readonly handle: Handle;
  /** Held so that the memory outlives the runtime's view of it. */
  readonly #data: TensorData;
  readonly #environment: OrtEnvironment;

  constructor(
    environment: OrtEnvironment,
    data: TensorData,
    dtype: DType,
    shape: readonly number[],
  ) {
    this.#environment = environment;
    this.#data = data;
    this.handle = environment.library.create(
      "CreateTensorWithDataAsOrtValue",
      environment.hostMemory,
      this.#data,
      data.byteLength,
      BigInt64Array.from(shape, BigInt),
      shape.length,
      typeCodeOf(dtype),
    );
  }

  /** Frees the view, not the array. */
  release(): void {
    this.#environment.library.release("ReleaseValue", this.handle);
  }
}
