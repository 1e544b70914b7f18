/** What every run keeps of itself as it trains: its log, and the drawings made on the way. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../../checkpoints/index.ts";
import { printDrawing } from "../../../svg/index.ts";
import type { Config } from "../../config/index.ts";
import { heldOutScore } from "../../evaluate/index.ts";
import type { DrawnDrawing } from "../../generate/index.ts";
import { type EventFile, type LogRecord, MetricsLog } from "../../report/index.ts";
import type { EvaluationEvent, RunObserver, RunStart, StepEvent } from "../events.ts";
import { runPaths } from "../run-folder.ts";
import { addDrawings, addRecord, writeBoard } from "./board.ts";
import { sampleFile } from "./sample-files.ts";

export class RunLog implements RunObserver {
  readonly #config: Config;
  readonly #paths: ReturnType<typeof runPaths>;
  #began = 0;
  #start: RunStart | null = null;
  #log: MetricsLog | null = null;
  /** Null where the configuration asks for none. */
  #board: EventFile | null = null;

  constructor(config: Config, folder: string) {
    this.#config = config;
    this.#paths = runPaths(folder);
  }

  onStart(start: RunStart): void {
    this.#start = start;
    this.#began = performance.now();
    this.#log = new MetricsLog(this.#paths.log, start.resumedAt);
    if (!this.#config.report.tensorboard) return;
    this.#board = writeBoard(this.#paths.folder, this.#config, start.resumedAt);
  }

  onStep(event: StepEvent): void {
    const { step, steps } = event;
    const due = step % this.#config.report.logEvery === 0;
    if (!due && step !== steps && step !== 1) return;
    this.#append({
      kind: "step",
      step,
      loss: event.loss,
      learningRate: event.learningRate,
      gradientNorm: event.gradientNorm,
      epoch: event.epoch,
      tokensPerSecond: event.tokensPerSecond,
      shareOfPeak: event.shareOfPeak,
      seconds: (performance.now() - this.#began) / 1000,
      residentBytes: process.memoryUsage.rss(),
      liveTensors: event.memory.buffers,
      liveBytes: event.memory.bytes,
      ...(event.figures === undefined ? {} : { figures: event.figures }),
    });
  }

  onEvaluation(event: EvaluationEvent): void {
    const { step, loss, targetCount, best, average, objective, figures } = event;
    const drawings = this.#start?.data.heldOut.size ?? 0;
    const { bitsPerDrawing } = heldOutScore(loss * targetCount, targetCount, drawings);
    this.#append({
      kind: "evaluation",
      step,
      natsPerToken: loss,
      bitsPerDrawing,
      ...(objective === undefined ? {} : { objective }),
      best,
      ...(average === undefined ? {} : { averageNatsPerToken: average }),
      ...(figures === undefined ? {} : { figures }),
    });
  }

  #append(record: LogRecord): void {
    const dated = { ...record, at: Date.now() / 1000 };
    if (this.#log?.append(dated) && this.#board !== null) addRecord(this.#board, dated);
  }

  onSamples(step: number, drawings: readonly DrawnDrawing[]): void {
    const folder = join(this.#paths.samples, `step-${String(step).padStart(6, "0")}`);
    mkdirSync(folder, { recursive: true });
    for (const [index, { prompt, drawing }] of drawings.entries()) {
      const bytes = new TextEncoder().encode(printDrawing(drawing));
      writeFileAtomically(join(folder, sampleFile(index, prompt)), (sink) => sink.write(bytes));
    }
    if (this.#board !== null) addDrawings(this.#board, step, drawings);
  }
}

/** Tells the first, then the second, of everything. */
export function tellBoth(first: RunObserver, second: RunObserver): RunObserver {
  return {
    onPhase(text) {
      first.onPhase?.(text);
      second.onPhase?.(text);
    },
    onProgress(what, done, total, unit) {
      first.onProgress?.(what, done, total, unit);
      second.onProgress?.(what, done, total, unit);
    },
    onNotice(text) {
      first.onNotice?.(text);
      second.onNotice?.(text);
    },
    onStart(event) {
      first.onStart?.(event);
      second.onStart?.(event);
    },
    onStep(event) {
      first.onStep?.(event);
      second.onStep?.(event);
    },
    onEvaluation(event) {
      first.onEvaluation?.(event);
      second.onEvaluation?.(event);
    },
    onSamples(step, drawings) {
      first.onSamples?.(step, drawings);
      second.onSamples?.(step, drawings);
    },
    onCheckpoint(folder) {
      first.onCheckpoint?.(folder);
      second.onCheckpoint?.(folder);
    },
  };
}
