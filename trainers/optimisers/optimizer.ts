/** What a trainer asks of an optimiser, whatever its formula. */
import type { Buffer } from "../../engine/index.ts";

export interface OptimisedParameter {
  readonly name: string;
  readonly buffer: Buffer;
  /** Whether weight decay applies to it. */
  readonly decay: boolean;
  /** Multiplies the learning rate; 1 unless given. */
  readonly rate?: number;
}

export interface Optimizer {
  /** Updates made so far. */
  readonly steps: number;
  /**
   * Updates the parameters in place.
   * @param gradients by parameter name.
   * @param gradientScale multiplies every gradient, for clipping.
   */
  step(
    gradients: Readonly<Record<string, Buffer>>,
    learningRate: number,
    gradientScale: number,
  ): void;
  /** What a resumed run needs beside the parameters, by name. */
  state(): Map<string, Buffer>;
  /** Goes on from a saved state. @param read the values of an entry of {@link state} by its name. */
  restore(steps: number, read: (name: string) => Float32Array): void;
  dispose(): void;
}
