/** What a run tells those who watch it: a progress bar, a log, a report. */

import type { EngineDescription } from "../../engine/index.ts";
import type { LoopEvaluation, LoopResult, LoopStep } from "../../trainers/index.ts";
import type { DrawnDrawing } from "../generate/index.ts";
import type { PreparedData } from "./prepare-data.ts";

/**
 * What a run is about to do.
 * @example
 * const onStart = ({ engine, parameters, steps }: RunStart) =>
 *   console.log(`${parameters} parameters, ${steps} steps on ${engine.summary}`);
 */
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

/**
 * One update of a run.
 * @example
 * const losses: number[] = [];
 * const onStep = ({ loss }: StepEvent) => losses.push(loss);
 * await train({ config, folder: "runs/icons", resume: false, observer: { onStep } });
 */
export type StepEvent = LoopStep;

export type EvaluationEvent = LoopEvaluation;

/**
 * Is told what a run does. All of it is optional.
 * @example
 * const observer: RunObserver = {
 *   onStep: ({ step, loss }) => console.log(step, loss),
 *   onCheckpoint: (folder) => console.log("saved", folder),
 * };
 * await train({ config, folder: "runs/icons", resume: false, observer });
 */
export interface RunObserver {
  onPhase?(text: string): void;
  /** Of what may take long before the first step, in bytes, or in things that are counted. */
  onProgress?(what: string, done: number, total: number, unit?: "bytes" | "count"): void;
  /** Something that the user should know and that does not stop the run. */
  onNotice?(text: string): void;
  onStart?(event: RunStart): void;
  onStep?(event: StepEvent): void;
  onEvaluation?(event: EvaluationEvent): void;
  onSamples?(step: number, drawings: readonly DrawnDrawing[]): void;
  onCheckpoint?(folder: string): void;
}

/**
 * How a run, or the part of it that was made now, ended.
 * @example
 * const result: RunResult = await train({ config, folder: "runs/icons", resume: false });
 * console.log(result.outcome, result.step, result.best?.loss);
 */
export interface RunResult extends Omit<LoopResult, "state"> {
  readonly step: number;
  readonly steps: number;
  readonly best: { readonly step: number; readonly loss: number } | null;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly parameters: number;
}
