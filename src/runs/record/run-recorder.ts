/** Watches a training run: shows progress, writes the log, keeps the drawings made on the way. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printDrawing } from "../../../svg/index.ts";
import type { Config } from "../../config/index.ts";
import { heldOutScore } from "../../evaluate/index.ts";
import type { DrawnDrawing } from "../../generate/index.ts";
import {
  formatCount,
  LoadingBar,
  MetricsLog,
  Progress,
  type ProgressStream,
} from "../../report/index.ts";
import type { EvaluationEvent, RunObserver, RunStart, StepEvent } from "../events.ts";
import { sampleFile } from "./sample-files.ts";

export interface RecorderFiles {
  /** Of `log.jsonl`. */
  readonly log: string;
  /** The folder of drawings made on the way. */
  readonly samples: string;
}

export class RunRecorder implements RunObserver {
  readonly #config: Config;
  readonly #files: RecorderFiles;
  readonly #stream: ProgressStream;
  readonly #bars: Record<string, LoadingBar> = {};
  #began = 0;
  #start: RunStart | null = null;
  #progress: Progress | null = null;
  #log: MetricsLog | null = null;
  #heldOutLoss: number | null = null;

  constructor(config: Config, files: RecorderFiles, stream: ProgressStream) {
    this.#config = config;
    this.#files = files;
    this.#stream = stream;
  }

  /** What the run began with; null until it did. */
  get start(): RunStart | null {
    return this.#start;
  }

  onPhase(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  onNotice(text: string): void {
    this.#stream.write(`note: ${text}\n`);
  }

  onProgress(what: string, done: number, total: number): void {
    this.#bars[what] ??= new LoadingBar(this.#stream, what);
    this.#bars[what].update(done, total);
    if (done === total) this.#bars[what].finish();
  }

  onStart(start: RunStart): void {
    this.#start = start;
    this.#began = performance.now();
    this.#log = new MetricsLog(this.#files.log, start.resumedAt);
    this.#progress = new Progress(this.#stream, {
      steps: this.#endsBySteps() ? start.steps : null,
    });
    const { data, engine } = start;
    const tokens = data.reports.train.lengths.total;
    this.#stream.write(
      `${formatCount(data.train.size)} drawings to train on (${formatCount(tokens)} tokens), ${formatCount(data.heldOut.size)} held out; vocabulary ${formatCount(data.tokenizer.vocabulary.size)}\n`,
    );
    this.#stream.write(`${formatCount(start.parameters)} parameters on ${engine.summary}\n`);
  }

  onStep(event: StepEvent): void {
    const seconds = (performance.now() - this.#began) / 1000;
    const { step, steps, loss, tokensPerSecond, shareOfPeak } = event;
    if (step % this.#config.report.logEvery === 0 || step === steps || step === 1) {
      this.#log?.append({
        kind: "step",
        step,
        loss,
        learningRate: event.learningRate,
        gradientNorm: event.gradientNorm,
        epoch: event.epoch,
        tokensPerSecond,
        shareOfPeak,
        seconds,
        residentBytes: process.memoryUsage.rss(),
        liveTensors: event.memory.buffers,
        liveBytes: event.memory.bytes,
      });
    }
    const limit = 60 * (this.#config.train.minutes ?? Number.POSITIVE_INFINITY);
    this.#progress?.update({
      step,
      done: Math.min(1, Math.max(step / steps, seconds / limit)),
      loss,
      heldOutLoss: this.#heldOutLoss,
      tokensPerSecond,
      shareOfPeak,
      secondsLeft: Math.max(0, Math.min(event.secondsLeft, limit - seconds)),
    });
  }

  onEvaluation({ step, loss, targetCount: counted, best }: EvaluationEvent): void {
    this.#heldOutLoss = loss;
    const drawings = this.#start?.data.heldOut.size ?? 0;
    const { bitsPerDrawing } = heldOutScore(loss * counted, counted, drawings);
    this.#log?.append({ kind: "evaluation", step, natsPerToken: loss, bitsPerDrawing, best });
  }

  onSamples(step: number, drawings: readonly DrawnDrawing[]): void {
    const folder = join(this.#files.samples, `step-${String(step).padStart(6, "0")}`);
    mkdirSync(folder, { recursive: true });
    for (const [index, { prompt, drawing }] of drawings.entries()) {
      writeFileSync(join(folder, sampleFile(index, prompt)), printDrawing(drawing));
    }
  }

  #endsBySteps(): boolean {
    const { steps, epochs } = this.#config.train;
    return steps !== null || epochs !== null;
  }

  /** Ends the progress line. */
  finish(): void {
    this.#progress?.finish();
  }
}
