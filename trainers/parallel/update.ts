/** How the gradients of all ranks become an update of the parameters. */
import type { Buffer, TensorData } from "../../engine/index.ts";

/** What is saved of an optimiser: its type, and its values. */
export type SavedTensor = Pick<Buffer, "type" | "read">;

/** A rank's part in the updates that all make together. */
export interface Update {
  /** Updates made so far. */
  readonly steps: number;
  /** Adds up the gradients of all ranks. */
  reduce(): void;
  /** Global norm of the sum; the same on all ranks. */
  norm(): number;
  /** Updates the parameters of all ranks alike. @param gradientScale multiplies every gradient. */
  step(learningRate: number, gradientScale: number): void;
  /** What a resumed run needs beside the parameters, whole, on each rank; all ranks ask together. */
  state(): Map<string, SavedTensor>;
  /** Goes on from a saved state. @param read the whole values of an entry of {@link state} by its name. */
  restore(steps: number, read: (name: string) => TensorData): void;
  dispose(): void;
}
