/** What XLA says of a program that it has compiled. */
import type { Collective } from "../hlo/index.ts";
import type { CompiledMemory } from "../pjrt/index.ts";

export interface CompileReport {
  /** As the trainer names it. */
  readonly program: string;
  /** Operations of StableHLO that it was compiled from. */
  readonly operations: number;
  readonly seconds: number;
  /** Of each device. */
  readonly memory: CompiledMemory;
  /** Of a run on each device, as XLA counts them; null where it does not say. */
  readonly flops: number | null;
  /** That a run on each device reads and writes; null where XLA does not say. */
  readonly bytesAccessed: number | null;
  /** What the devices of a mesh exchange. */
  readonly collectives: readonly Collective[];
}
