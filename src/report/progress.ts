/**
 * What the terminal shows while a model trains: one line that is redrawn on a terminal, and plain
 * lines now and then elsewhere (a file, a build server).
 */
import { formatCount, formatSeconds, formatShare } from "./format.ts";

export interface ProgressState {
  readonly step: number;
  /** 0 to 1; of steps or of time, whichever ends the run first. */
  readonly done: number;
  readonly loss: number;
  readonly heldOutLoss: number | null;
  readonly tokensPerSecond: number;
  /** Of the machine's measured matrix-product speed, 0 to 1. */
  readonly shareOfPeak: number;
  readonly secondsLeft: number;
}

/** The part of a stream that is needed: `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  /** Steps of the whole run; null where time alone ends it. */
  readonly steps: number | null;
  /** Plain lines are at least so many seconds apart. */
  readonly plainSeconds?: number;
  /** Milliseconds, rising; for tests. */
  readonly now?: () => number;
}

const barWidth = 20;
/** Redrawing more often than this only flickers. */
const redrawMilliseconds = 100;

export class Progress {
  readonly #stream: ProgressStream;
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  readonly #interval: number;
  #lastShown = Number.NEGATIVE_INFINITY;
  #lineLength = 0;
  #unshown: ProgressState | null = null;

  constructor(stream: ProgressStream, options: ProgressOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const plain = 1000 * (options.plainSeconds ?? 10);
    this.#interval = stream.isTTY ? redrawMilliseconds : plain;
  }

  update(state: ProgressState): void {
    const now = this.#now();
    this.#unshown = state;
    if (now - this.#lastShown < this.#interval) return;
    this.#lastShown = now;
    this.#show(state);
  }

  /** A line that stays, above the bar. */
  note(text: string): void {
    this.#erase();
    this.#stream.write(`${text}\n`);
    this.#lastShown = Number.NEGATIVE_INFINITY;
  }

  /** Shows the last state and ends its line. */
  finish(): void {
    if (this.#unshown !== null) this.#show(this.#unshown);
    if (this.#lineLength > 0) this.#stream.write("\n");
    this.#lineLength = 0;
  }

  #show(state: ProgressState): void {
    const { steps } = this.#options;
    this.#unshown = null;
    if (this.#stream.isTTY) this.#redraw(this.#fit(progressLine(state, steps, true)));
    else this.#stream.write(`${progressLine(state, steps, false)}\n`);
  }

  #fit(line: string): string {
    return line.slice(0, Math.max(20, (this.#stream.columns ?? 100) - 1));
  }

  #redraw(line: string): void {
    this.#stream.write(`\r${line.padEnd(this.#lineLength)}`);
    this.#lineLength = line.length;
  }

  #erase(): void {
    if (this.#lineLength > 0) this.#stream.write(`\r${" ".repeat(this.#lineLength)}\r`);
    this.#lineLength = 0;
  }
}

function progressLine(state: ProgressState, steps: number | null, bar: boolean): string {
  const parts = [
    steps === null ? `step ${state.step}` : `step ${state.step}/${steps}`,
    `loss ${state.loss.toFixed(3)}`,
    state.heldOutLoss === null ? "" : `held-out ${state.heldOutLoss.toFixed(3)}`,
    `${formatCount(state.tokensPerSecond)} tokens/s`,
    `${formatShare(state.shareOfPeak)} of peak`,
    `${formatSeconds(state.secondsLeft)} left`,
  ];
  const text = parts.filter((part) => part !== "").join("  ");
  if (!bar) return `${formatShare(state.done).padStart(5)}  ${text}`;
  const filled = Math.round(barWidth * Math.min(1, Math.max(0, state.done)));
  return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}  ${text}`;
}
