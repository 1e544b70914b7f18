/** Shows how a training run goes, on a terminal or in plain lines. */

import type { Config } from "../../config/index.ts";
import { formatCount, LoadingBar, Progress, type ProgressStream } from "../../report/index.ts";
import type { EvaluationEvent, RunObserver, RunStart, StepEvent } from "../events.ts";

export class RunRecorder implements RunObserver {
  readonly #config: Config;
  readonly #stream: ProgressStream;
  readonly #bars: Record<string, LoadingBar> = {};
  #began = 0;
  #start: RunStart | null = null;
  #progress: Progress | null = null;
  #heldOutLoss: number | null = null;

  constructor(config: Config, stream: ProgressStream) {
    this.#config = config;
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

  onProgress(what: string, done: number, total: number, unit?: "bytes" | "count"): void {
    const amount = unit === "count" ? formatCount : undefined;
    this.#bars[what] ??= new LoadingBar(this.#stream, what, undefined, amount);
    this.#bars[what].update(done, total);
    if (done === total) this.#bars[what].finish();
  }

  onStart(start: RunStart): void {
    this.#start = start;
    this.#began = performance.now();
    this.#progress = new Progress(this.#stream, {
      steps: this.#endsBySteps() ? start.steps : null,
    });
    if (start.resumedAt > 0) this.#stream.write(`going on after step ${start.resumedAt}\n`);
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
    const limit = 60 * (this.#start?.minutes ?? Number.POSITIVE_INFINITY);
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

  onEvaluation({ loss, objective }: EvaluationEvent): void {
    this.#heldOutLoss = objective ?? loss;
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
