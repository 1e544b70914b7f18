/** Runs side by side, as data: what the page, the Markdown, the CSV and the JSON are written from. */
import type { Drawing } from "../../../svg/index.ts";
import { type Statistic, statisticOf } from "./statistic.ts";

/** What is measured of a run, in the unit that people read it in. */
export interface Metric {
  /** As `bitsPerDrawing`; the column of the CSV. */
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  /** Digits behind the point. */
  readonly digits: number;
  readonly better: "lower" | "higher" | null;
  /** Whether it is plotted; the others stand in the tables alone. */
  readonly plotted: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ComparedEntry {
  readonly name: string;
  readonly folder: string;
  readonly seed: number;
  /** By key of a metric; null where it was not measured. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** Nats a token over millions of tokens. */
  readonly training: readonly Point[];
  readonly heldOut: readonly Point[];
}

/** Runs that differ in their seed alone. */
export interface ComparedGroup {
  /** As `128`, or `layers 4, hiddenSize 128`. */
  readonly label: string;
  /** Of the axes, by dotted key. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly runs: readonly ComparedEntry[];
  /** Of other keys that are not the same in all groups. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One caption, drawn by a run of each group. */
export interface SheetRow {
  readonly caption: string;
  readonly known: "trained" | "held out" | "none";
  readonly real: Drawing | null;
  /** By group; null where that run did not draw it. */
  readonly drawn: readonly (Drawing | null)[];
}

export interface Comparison {
  readonly title: string;
  /** Dotted keys that tell the groups apart; the first is the plots' horizontal axis. */
  readonly axes: readonly string[];
  /** Unit of the first axis; empty where it has none. */
  readonly unit: string;
  /** What a sweep made alike; null for runs of no sweep. */
  readonly equal: "tokens" | "steps" | "time" | null;
  readonly metrics: readonly Metric[];
  readonly groups: readonly ComparedGroup[];
  readonly sheet: readonly SheetRow[];
  /** What the common figures are over. */
  readonly common: {
    readonly drawings: number;
    readonly trainedCaptions: number;
    readonly heldOutCaptions: number;
  };
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** What the reader should know. */
  readonly notes: readonly string[];
}

/** Of a metric over the runs of a group; null where none has it. */
export function statisticIn(group: ComparedGroup, { key }: Metric): Statistic | null {
  return statisticOf(group.runs.flatMap(({ figures }) => figures[key] ?? []));
}

/** Metrics that at least one run has. */
export function measuredMetrics({ metrics, groups }: Comparison): Metric[] {
  return metrics.filter((metric) => groups.some((group) => statisticIn(group, metric) !== null));
}

/** `3.214`, `1,907`. */
export function formatFigure(value: number, { digits }: Metric): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `3.214 ± 0.012`; without a spread where there is one run. */
export function formatStatistic(statistic: Statistic, metric: Metric): string {
  const mean = formatFigure(statistic.mean, metric);
  return statistic.deviation === null
    ? mean
    : `${mean} ± ${formatFigure(statistic.deviation, metric)}`;
}

/** With the unit in brackets, as on an axis. */
export function titleOf({ label, unit }: Metric): string {
  return unit === "" ? label : `${label} (${unit})`;
}

/** The group of the best mean; null where no metric of that kind was measured in two groups. */
export function bestGroup(groups: readonly ComparedGroup[], metric: Metric): number | null {
  if (metric.better === null) return null;
  const sign = metric.better === "lower" ? 1 : -1;
  const means = groups.map((group) => statisticIn(group, metric)?.mean ?? null);
  if (means.filter((mean) => mean !== null).length < 2) return null;
  const known = means.map((mean) => (mean === null ? Number.POSITIVE_INFINITY : sign * mean));
  const best = known.indexOf(Math.min(...known));
  return known.every((value) => value === known[best]) ? null : best;
}
