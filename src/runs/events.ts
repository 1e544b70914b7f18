/** What a run tells those who watch it: a progress bar, a log, a report. */

import type { EngineDescription } from "../../engine/index.ts";
import type { LoopEvaluation, LoopResult, LoopStep } from "../../trainers/index.ts";
import type { DrawnDrawing } from "../generate/index.ts";
import type { PreparedData } from "./prepare-data.ts";

export interface RunStart {
  readonly engine: EngineDescription;
  readonly parameters: number;
  readonly data: PreparedData;
  /** Updates that the whole run will make. */
  readonly steps: number;
  /** The update that this part of the run begins after; 0 for a new run. */
  readonly resumedAt: number;
  /** That this part of the run may take; null where its steps alone end it. */
  readonly minutes: number | null;
  /** The machine's measured matrix-product peak, in floating-point operations per second. */
  readonly peakFlops: number;
}

export type StepEvent = LoopStep;

export type EvaluationEvent = LoopEvaluation;

export interface RunObserver {
  onPhase?(text: string): void;
  /** Of what may take long before the first step, in bytes. */
  onProgress?(what: string, done: number, total: number): void;
  /** Something that the user should know and that does not stop the run. */
  onNotice?(text: string): void;
  onStart?(event: RunStart): void;
  onStep?(event: StepEvent): void;
  onEvaluation?(event: EvaluationEvent): void;
  onSamples?(step: number, drawings: readonly DrawnDrawing[]): void;
  onCheckpoint?(folder: string): void;
}

export interface RunResult extends Omit<LoopResult, "state"> {
  readonly step: number;
  readonly steps: number;
  readonly best: { readonly step: number; readonly loss: number } | null;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly parameters: number;
}
