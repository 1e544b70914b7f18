/** What a trainer asks of an optimiser, whatever its formula. */
import type { Buffer, TensorData } from "../../engine/index.ts";

export interface OptimisedParameter {
  readonly name: string;
  readonly buffer: Buffer;
  /** Whether the optimiser's weight decay applies to it. */
  readonly decay: boolean;
  /** Its own weight decay, in place of the optimiser's and whatever `decay` says. */
  readonly weightDecay?: number;
  /** Multiplies the learning rate; 1 unless given. */
  readonly rate?: number;
}

/** The decay of a parameter. @param usual the optimiser's. */
export function weightDecayOf({ decay, weightDecay }: OptimisedParameter, usual: number): number {
  return weightDecay ?? (decay ? usual : 0);
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
  restore(steps: number, read: (name: string) => TensorData): void;
  dispose(): void;
}
