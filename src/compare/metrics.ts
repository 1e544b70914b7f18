/** What runs are compared by. */
import type { Resemblance } from "../evaluate/index.ts";
import type { Metric } from "../report/index.ts";
import type { ComparedRun } from "./compare-runs.ts";
import type { ReadRun } from "./read-run.ts";

interface Measured {
  readonly run: ReadRun;
  /** Null where the runs have no held-out drawing in common. */
  readonly compared: ComparedRun | null;
  /** Tokens read in all; null where no checkpoint says it. */
  readonly tokens: number | null;
}

interface MeasuredMetric extends Metric {
  readonly of: (measured: Measured) => number | null;
}

const likeness = (
  kind: "trained" | "heldOut",
  figure: "hit1" | "hit5" | "mrr" | "sharedWord",
): MeasuredMetric["of"] => {
  const scale = figure === "mrr" ? 1 : 100;
  return ({ compared }) => {
    const found: Resemblance | null = compared?.likeness[kind] ?? null;
    return found === null ? null : scale * found[figure].value;
  };
};

const share = { unit: "%", digits: 1, better: "higher" } as const;

const metrics: readonly MeasuredMetric[] = [
  {
    key: "natsPerToken",
    label: "Held-out loss",
    unit: "nats per token",
    digits: 3,
    better: "lower",
    plotted: true,
    of: ({ compared }) => compared?.common.natsPerToken ?? null,
  },
  {
    key: "bitsPerDrawing",
    label: "Held-out bits per drawing",
    unit: "bits",
    digits: 1,
    better: "lower",
    plotted: true,
    of: ({ compared }) => compared?.common.bitsPerDrawing ?? null,
  },
  {
    key: "trainedHit1",
    label: "Hit@1, captions trained on",
    ...share,
    plotted: true,
    of: likeness("trained", "hit1"),
  },
  {
    key: "trainedHit5",
    label: "Hit@5, captions trained on",
    ...share,
    plotted: false,
    of: likeness("trained", "hit5"),
  },
  {
    key: "trainedWord",
    label: "Shares a word, trained on",
    ...share,
    plotted: true,
    of: likeness("trained", "sharedWord"),
  },
  {
    key: "heldOutHit5",
    label: "Hit@5, held-out captions",
    ...share,
    plotted: false,
    of: likeness("heldOut", "hit5"),
  },
  {
    key: "heldOutWord",
    label: "Shares a word, held out",
    ...share,
    plotted: true,
    of: likeness("heldOut", "sharedWord"),
  },
  {
    key: "fit",
    label: "Drawings that fit",
    ...share,
    plotted: true,
    of: ({ run: { summary } }) => {
      const { train, heldOut, tooLong } = summary.data;
      const all = train + heldOut + tooLong;
      return all === 0 ? null : (100 * (train + heldOut)) / all;
    },
  },
  {
    key: "tokensPerSecond",
    label: "Speed",
    unit: "tokens per second",
    digits: 0,
    better: "higher",
    plotted: true,
    of: ({ run }) => run.summary.figures.tokensPerSecond,
  },
  {
    key: "peakMemory",
    label: "Peak memory",
    unit: "MB",
    digits: 0,
    better: "lower",
    plotted: true,
    of: ({ run }) => run.summary.figures.peakMemoryBytes / 1e6,
  },
  {
    key: "ownNatsPerToken",
    label: "Loss on all it can hold",
    unit: "nats per token",
    digits: 3,
    better: null,
    plotted: false,
    of: ({ run }) => run.summary.heldOut?.decoder.natsPerToken ?? null,
  },
  {
    key: "tokens",
    label: "Tokens read",
    unit: "millions",
    digits: 2,
    better: null,
    plotted: false,
    of: ({ tokens }) => (tokens === null ? null : tokens / 1e6),
  },
  {
    key: "steps",
    label: "Steps",
    unit: "",
    digits: 0,
    better: null,
    plotted: false,
    of: ({ run }) => run.summary.figures.steps,
  },
  {
    key: "seconds",
    label: "Training time",
    unit: "s",
    digits: 0,
    better: null,
    plotted: false,
    of: ({ run }) => run.summary.figures.seconds,
  },
  {
    key: "parameters",
    label: "Parameters",
    unit: "",
    digits: 0,
    better: null,
    plotted: false,
    of: ({ run }) => run.summary.figures.parameters,
  },
];

/** Without how they are found. */
export const comparedMetrics: readonly Metric[] = metrics.map(({ of, ...metric }) => metric);

/** All of them, by key. */
export function figuresOf(measured: Measured): Record<string, number | null> {
  return Object.fromEntries(metrics.map(({ key, of }) => [key, of(measured)]));
}
