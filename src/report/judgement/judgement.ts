/** What was found of several systems on one benchmark, as its page, Markdown and JSON tell it. */
import type { Estimate } from "../../evaluate/index.ts";
import type { Figure, Score } from "../../metrics/index.ts";

export interface JudgedSystem {
  readonly name: string;
  /** Where its drawings are from, and how they were drawn. */
  readonly how: string;
  /** A score for each figure, all systems in the same order. */
  readonly scores: readonly Score[];
  /** By figure: how much more than the first system's, over captions that both drew. */
  readonly differences: ReadonlyMap<string, Estimate>;
  readonly notes: readonly string[];
}

/** A caption with what each system drew; SVG as it was found, null where there is none. */
export interface SideBySide {
  readonly caption: string;
  readonly part: string | null;
  readonly reference: string | null;
  readonly drawn: readonly (string | null)[];
}

/**
 * Several systems on one benchmark.
 * @example
 * const best = ({ systems }: Judgement) => systems.map(({ name, scores }) => [name, scores.length]);
 */
export interface Judgement {
  readonly title: string;
  readonly benchmark: {
    readonly name: string;
    readonly captions: number;
    readonly referenced: number;
    /** Rows that could not be read. */
    readonly left: number;
    /** Captions by part; empty where it has none. */
    readonly parts: ReadonlyMap<string, number>;
    /** Parts of which nothing is drawn, with why; none unless given. */
    readonly notRun?: readonly string[];
  };
  readonly systems: readonly JudgedSystem[];
  /** Of figures over single drawings: by part, then system, the mean by figure. */
  readonly byPart: ReadonlyMap<string, readonly ReadonlyMap<string, number>[]>;
  /** Some captions, drawn at random. */
  readonly rows: readonly SideBySide[];
  readonly seed: number;
}

/** Figures that were found for some system. */
export function foundFigures({ systems }: Judgement): Figure[] {
  const [first] = systems;
  return (first?.scores ?? []).flatMap(({ figure }, index) =>
    systems.some(({ scores }) => scores[index]?.estimate != null) ? [figure] : [],
  );
}

/** Those that were found for none, with why. */
export function figuresNotRun({ systems }: Judgement): { figure: Figure; reason: string }[] {
  const [first] = systems;
  return (first?.scores ?? []).flatMap(({ figure }, index) => {
    const scores = systems.map((system) => system.scores[index]);
    if (scores.some((score) => score?.estimate != null)) return [];
    return [{ figure, reason: scores.find((score) => score?.reason != null)?.reason ?? "" }];
  });
}

export function scoreOf({ scores }: JudgedSystem, { key }: Figure): Score | null {
  return scores.find(({ figure }) => figure.key === key) ?? null;
}

/** Where one system alone has the best value; null otherwise. */
export function bestSystem(judgement: Judgement, figure: Figure): number | null {
  if (figure.better === null || judgement.systems.length < 2) return null;
  const sign = figure.better === "higher" ? 1 : -1;
  const found = judgement.systems.flatMap((system, index) => {
    const estimate = scoreOf(system, figure)?.estimate;
    return estimate == null ? [] : [{ index, value: sign * estimate.value }];
  });
  const [best, second] = found.sort((a, b) => b.value - a.value);
  if (best === undefined || second === undefined) return null;
  // What reads the same is no better.
  const differs = formatValue(figure, best.value) !== formatValue(figure, second.value);
  return differs ? best.index : null;
}

const scaleOf = ({ unit }: Figure) => (unit === "%" ? 100 : 1);

export function formatValue(figure: Figure, value: number): string {
  const scaled = scaleOf(figure) * value;
  // No zero is below zero.
  const shown = Math.abs(scaled) < 0.5 * 10 ** -figure.digits ? 0 : scaled;
  return shown.toLocaleString("en-US", {
    minimumFractionDigits: figure.digits,
    maximumFractionDigits: figure.digits,
  });
}

/** `0.41 to 0.47`; empty where there is no interval. */
export function formatInterval(
  figure: Figure,
  { low, high }: NonNullable<Score["estimate"]>,
): string {
  if (low === null || high === null || low === high) return "";
  return `${formatValue(figure, low)} to ${formatValue(figure, high)}`;
}

/** `+0.012 (0.004 to 0.020)`. */
export function formatDifference(figure: Figure, difference: Estimate): string {
  const sign = difference.value > 0 ? "+" : "";
  const interval = formatInterval(figure, difference);
  return `${sign}${formatValue(figure, difference.value)}${interval === "" ? "" : ` (${interval})`}`;
}

/** For better or worse beyond chance: the interval leaves zero out. */
export function verdict(figure: Figure, { low, high }: Estimate): "better" | "worse" | null {
  if (figure.better === null || (low <= 0 && high >= 0)) return null;
  return low > 0 === (figure.better === "higher") ? "better" : "worse";
}

export const arrowOf = ({ better }: Figure) =>
  better === null ? "" : better === "higher" ? " ↑" : " ↓";

export function introduction({ benchmark, systems }: Judgement): string {
  const { name, captions, referenced, left, parts, notRun = [] } = benchmark;
  const said = [...parts].map(([part, count]) => `${count} ${part}`).join(", ");
  const counted = [
    `${captions.toLocaleString("en-US")} ${captions === 1 ? "caption" : "captions"} of ${name}${said === "" ? "" : ` (${said})`}`,
    referenced === 0 ? "no references" : `${referenced.toLocaleString("en-US")} with a reference`,
    ...(left === 0 ? [] : [`${left.toLocaleString("en-US")} rows that could not be read`]),
    systems.length === 1 ? "one system" : `${systems.length} systems`,
  ].join(", ");
  return [counted, ...notRun].join("; ");
}

export const method = `Drawings are painted on white in a square by one renderer, references too. What does not render counts as a black picture, as in SArena; a missing drawing does not parse, does not render and is blank. Intervals hold 95 of 100: means by bootstrap over captions, of whole sets' figures 1.96 standard deviations of the figure over captions drawn again, and none of FID and KID of more than 600 pictures. Differences are over the captions that both systems drew, by bootstrap over pairs.`;
