/** What XLA says of a program that it has compiled, and what its module shows; of each device. */
import type { Collective, Costs } from "../hlo/index.ts";
import type { CompiledMemory } from "../pjrt/index.ts";

export interface CompileReport extends Costs {
  /** As the trainer names it. */
  readonly program: string;
  /** Operations of StableHLO that it was compiled from. */
  readonly operations: number;
  readonly seconds: number;
  /** How often it was run: in a step of several micro-batches, some are by each. */
  readonly runs: number;
  readonly memory: CompiledMemory;
  /** What the devices of a mesh exchange. */
  readonly collectives: readonly Collective[];
}
