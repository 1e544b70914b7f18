/** Shows how a sweep goes, on a terminal or in plain lines. */
import { LoadingBar, type ProgressStream, SweepProgress } from "../../report/index.ts";
import type { SweepObserver, SweptRun, WorkerMessage } from "../../sweep/index.ts";

export class SweepScreen implements SweepObserver {
  readonly #stream: ProgressStream;
  #progress: SweepProgress | null = null;
  #bar: { readonly what: string; readonly shown: LoadingBar } | null = null;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  onPlan(runs: readonly SweptRun[], jobs: number): void {
    const before = runs.filter((run) => run.before).length;
    const done = before === 0 ? "" : `, ${before} of them finished before`;
    this.#stream.write(`${runs.length} runs${done}; ${jobs} at a time\n`);
    this.#progress = new SweepProgress(this.#stream, runs, jobs);
  }

  onRun(name: string, message: WorkerMessage): void {
    this.#progress?.update(name, changeOf(message));
  }

  onEnd({ name, state, reason }: SweptRun): void {
    this.#progress?.update(name, { state, reason: reason ?? "" });
  }

  onNotice(text: string): void {
    if (this.#progress === null) this.#stream.write(`note: ${text}\n`);
    else this.#progress.note(`note: ${text}`);
  }

  onProgress(what: string, done: number, total: number): void {
    this.finish();
    if (this.#bar?.what !== what) {
      this.#bar?.shown.finish();
      const runs = (count: number) => `${count} runs`;
      this.#bar = { what, shown: new LoadingBar(this.#stream, what, undefined, runs) };
    }
    this.#bar.shown.update(done, total);
    if (done >= total) this.#bar.shown.finish();
  }

  /** Leaves the lines as they are. */
  finish(): void {
    this.#progress?.finish();
    this.#progress = null;
  }
}

function changeOf(message: WorkerMessage): Parameters<SweepProgress["update"]>[1] {
  switch (message.kind) {
    case "phase":
      return { state: "training", phase: message.text };
    case "started":
      return { phase: "", steps: message.steps, step: message.resumedAt };
    case "step": {
      const { step, loss, tokensPerSecond, secondsLeft } = message;
      return { phase: "", step, loss, tokensPerSecond, secondsLeft };
    }
    case "evaluation":
      return { heldOut: message.loss };
    case "done":
      return message.loss === null
        ? { step: message.step }
        : { step: message.step, heldOut: message.loss };
    case "failed":
      return {};
  }
}
