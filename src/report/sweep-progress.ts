/**
 * How all runs of a sweep go: on a terminal a line each that is redrawn, elsewhere a plain line as a
 * run begins, ends, and now and then between.
 */
import { formatCount, formatSeconds, formatShare } from "./format.ts";
import type { ProgressStream } from "./progress.ts";

export type SweepLineState = "waiting" | "training" | "finished" | "failed" | "interrupted";

export interface Line {
  readonly name: string;
  state: SweepLineState;
  /** What is done before the first step and after the last. */
  phase: string;
  step: number;
  steps: number;
  loss: number | null;
  heldOut: number | null;
  tokensPerSecond: number;
  secondsLeft: number | null;
  reason: string;
}

const barWidth = 16;
const redrawMilliseconds = 200;
const plainMilliseconds = 20_000;
/** Lines that a terminal shows at most; of more, the runs that are at work. */
const mostLines = 24;

const marks = {
  waiting: "·",
  training: "▸",
  finished: "✓",
  failed: "✗",
  interrupted: "‖",
} as const;

export class SweepProgress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #jobs: number;
  readonly #lines = new Map<string, Line>();
  readonly #told = new Map<string, number>();
  #shown = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds, rising; for tests */
  constructor(
    stream: ProgressStream,
    runs: readonly { readonly name: string; readonly state: SweepLineState }[],
    jobs: number,
    now: () => number = () => performance.now(),
  ) {
    this.#stream = stream;
    this.#now = now;
    this.#jobs = jobs;
    for (const { name, state } of runs) {
      this.#lines.set(name, {
        name,
        state,
        phase: "",
        step: 0,
        steps: 0,
        loss: null,
        heldOut: null,
        tokensPerSecond: 0,
        secondsLeft: null,
        reason: "",
      });
    }
    this.#draw(true);
  }

  update(name: string, change: Partial<Omit<Line, "name">>): void {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    const ended = change.state !== undefined && change.state !== line.state;
    Object.assign(line, change);
    if (this.#stream.isTTY) {
      this.#draw(ended);
      return;
    }
    const now = this.#now();
    if (!ended && now - (this.#told.get(name) ?? Number.NEGATIVE_INFINITY) < plainMilliseconds)
      return;
    this.#told.set(name, now);
    this.#stream.write(`${lineText(line, this.#width(), false)}\n`);
  }

  /** A line that stays, above the others. */
  note(text: string): void {
    this.#erase();
    this.#stream.write(`${text}\n`);
    this.#draw(true);
  }

  finish(): void {
    this.#draw(true);
    this.#shown = 0;
  }

  #width(): number {
    const longest = Math.max(...[...this.#lines.keys()].map((name) => name.length));
    return Math.min(48, longest);
  }

  #draw(now: boolean): void {
    if (!this.#stream.isTTY) return;
    const time = this.#now();
    if (!now && time - this.#last < redrawMilliseconds) return;
    this.#last = time;
    this.#erase();
    const all = [...this.#lines.values()];
    const busy = all.filter(({ state }) => state === "training" || state === "failed");
    const lines = all.length <= mostLines ? all : busy.slice(-mostLines);
    const columns = Math.max(40, (this.#stream.columns ?? 100) - 1);
    const texts = [...lines.map((line) => lineText(line, this.#width(), true)), this.#total(all)];
    for (const text of texts) this.#stream.write(`${text.slice(0, columns)}\n`);
    this.#shown = texts.length;
  }

  #erase(): void {
    // Up, and everything below away.
    if (this.#shown > 0) this.#stream.write(`\u001b[${this.#shown}A\u001b[J`);
    this.#shown = 0;
  }

  #total(lines: readonly Line[]): string {
    const done = lines.filter(({ state }) => state === "finished" || state === "failed").length;
    const left = secondsLeft(lines, this.#jobs);
    const time = left === null ? "" : `  about ${formatSeconds(left)} left`;
    return `${done} of ${lines.length} runs${time}`;
  }
}

/** By the runs at work: those that wait are taken to be as long. */
function secondsLeft(lines: readonly Line[], jobs: number): number | null {
  const at = lines.filter(({ state, secondsLeft: left }) => state === "training" && left !== null);
  if (at.length === 0) return null;
  const waiting = lines.filter(({ state }) => state === "waiting").length;
  const lefts = at.map((line) => line.secondsLeft!);
  const wholes = at.map((line) => line.secondsLeft! / Math.max(0.01, 1 - line.step / line.steps));
  const mean = wholes.reduce((sum, whole) => sum + whole, 0) / wholes.length;
  return Math.max(...lefts) + Math.ceil(waiting / jobs) * mean;
}

function lineText(line: Line, width: number, bar: boolean): string {
  const name = line.name.padEnd(width);
  const mark = bar ? `${marks[line.state]} ` : "";
  const share = line.steps === 0 ? 0 : Math.min(1, line.step / line.steps);
  const losses = [
    line.loss === null ? "" : `loss ${line.loss.toFixed(3)}`,
    line.heldOut === null ? "" : `held-out ${line.heldOut.toFixed(3)}`,
  ];
  const parts: Readonly<Record<SweepLineState, readonly string[]>> = {
    waiting: ["waiting"],
    training:
      line.phase !== ""
        ? [line.phase]
        : [
            bar ? barOf(share) : formatShare(share),
            `step ${line.step}/${line.steps}`,
            ...losses,
            `${formatCount(line.tokensPerSecond)} tokens/s`,
            line.secondsLeft === null ? "" : `${formatSeconds(line.secondsLeft)} left`,
          ],
    finished: ["finished", line.heldOut === null ? "" : `held-out ${line.heldOut.toFixed(3)}`],
    failed: ["failed:", line.reason],
    interrupted: ["interrupted, saved at step", String(line.step)],
  };
  return `${mark}${name}  ${parts[line.state].filter((part) => part !== "").join("  ")}`;
}

function barOf(share: number): string {
  const filled = Math.round(barWidth * share);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
}
