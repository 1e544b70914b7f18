/** Shows how rounds of rejection sampling go: bars for what is drawn and learnt, a line for each round. */
import type { Config } from "../../config/index.ts";
import type { RejectionObserver, RoundRecord } from "../../rejection/index.ts";
import { formatCount, LoadingBar, type ProgressStream } from "../../report/index.ts";
import { type RunObserver, RunRecorder } from "../../runs/index.ts";
import { withError } from "./rounds-text.ts";

export class RoundsScreen implements RejectionObserver {
  readonly #stream: ProgressStream;
  readonly #config: Config;
  #bar: { readonly what: string; readonly shown: LoadingBar } | null = null;
  #recorder: RunRecorder | null = null;

  constructor(stream: ProgressStream, config: Config) {
    this.#stream = stream;
    this.#config = config;
  }

  readonly training = (): RunObserver => {
    this.finish();
    this.#recorder = new RunRecorder(this.#config, this.#stream);
    return this.#recorder;
  };

  onPhase(text: string): void {
    this.finish();
    this.#stream.write(`${text}\n`);
  }

  onNotice(text: string): void {
    this.finish();
    this.#stream.write(`note: ${text}\n`);
  }

  onProgress(what: string, done: number, total: number): void {
    if (this.#bar?.what !== what) {
      this.finish();
      const shown = new LoadingBar(this.#stream, what, undefined, formatCount);
      this.#bar = { what, shown };
    }
    this.#bar.shown.update(done, total);
  }

  onRound({ round, drawn, heldOut }: RoundRecord): void {
    this.finish();
    const learnt =
      drawn === null
        ? "the model to begin with"
        : `${formatCount(drawn.drawings)} drawings of mean reward ${drawn.reward.toFixed(4)}, the best ${drawn.best.toFixed(4)}, ${formatCount(drawn.kept)} learnt from`;
    const measured =
      heldOut === null
        ? ""
        : `; held-out captions ${withError(heldOut.reward.toFixed(4), heldOut.error)}`;
    this.#stream.write(`round ${round}: ${learnt}${measured}\n`);
  }

  /** Ends the lines that are redrawn. */
  finish(): void {
    this.#bar?.shown.finish();
    this.#bar = null;
    this.#recorder?.finish();
    this.#recorder = null;
  }
}
