/** What the terminal shows while a model is received, loaded or scored, where that takes long enough to wonder. */
import { formatBytes, formatShare } from "./format.ts";
import type { ProgressStream } from "./progress.ts";

const barWidth = 20;
/** Milliseconds. */
const patience = 1000;
const redraw = 100;
const plain = 10_000;

export class LoadingBar {
  readonly #stream: ProgressStream;
  readonly #what: string;
  readonly #now: () => number;
  readonly #amount: (total: number) => string;
  readonly #began: number;
  #shown = Number.NEGATIVE_INFINITY;
  #length = 0;

  /**
   * @param now milliseconds, rising; for tests.
   * @param amount says how much there is to do; bytes unless given.
   */
  constructor(
    stream: ProgressStream,
    what: string,
    now: () => number = () => performance.now(),
    amount: (total: number) => string = formatBytes,
  ) {
    this.#stream = stream;
    this.#what = what;
    this.#now = now;
    this.#amount = amount;
    this.#began = now();
  }

  /** In bytes, or whatever is counted. */
  readonly update = (done: number, total: number): void => {
    const now = this.#now();
    const interval = this.#stream.isTTY ? redraw : plain;
    if (now - this.#began < patience || now - this.#shown < interval) return;
    this.#shown = now;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const full = Math.round(share * barWidth);
    const bar = "#".repeat(full) + "-".repeat(barWidth - full);
    const line = `${this.#what}  [${bar}] ${formatShare(share)} of ${this.#amount(total)}`;
    this.#stream.write(this.#stream.isTTY ? `\r${line.padEnd(this.#length)}` : `${line}\n`);
    this.#length = line.length;
  };

  /** Ends the line; nothing where none was shown. */
  finish(): void {
    if (this.#stream.isTTY && this.#length > 0) this.#stream.write("\n");
    this.#length = 0;
  }
}
