/** What a comparison says in sentences, all of them written from its figures. */
import {
  bestGroup,
  type ComparedGroup,
  type Comparison,
  formatStatistic,
  type Metric,
  measuredMetrics,
  statisticIn,
} from "./comparison.ts";
import type { Statistic } from "./statistic.ts";

/** One sentence for each metric that has a better side. */
export function findings(comparison: Comparison): string[] {
  return measuredMetrics(comparison)
    .filter(({ plotted }) => plotted)
    .flatMap((metric) => {
      const best = bestGroup(comparison.groups, metric);
      return best === null ? [] : [sentence(comparison.groups, metric, best)];
    });
}

function sentence(groups: readonly ComparedGroup[], metric: Metric, best: number): string {
  const leader = groups[best]!;
  const first = statisticIn(leader, metric)!;
  const others = groups
    .filter((group) => group !== leader)
    .flatMap((group) => {
      const statistic = statisticIn(group, metric);
      return statistic === null ? [] : [{ group, statistic }];
    });
  const gap = (mean: number) => Math.abs(mean - first.mean);
  const next = others.reduce((a, b) => (gap(b.statistic.mean) < gap(a.statistic.mean) ? b : a));
  const spread = Math.max(first.deviation ?? 0, next.statistic.deviation ?? 0);
  const unit = metric.unit === "" ? "" : ` ${metric.unit}`;
  const verdict = verdictOf(gap(next.statistic.mean), spread, [first, next.statistic]);
  return `${metric.label}: ${metric.better === "lower" ? "lowest" : "highest"} for ${leader.label}, ${formatStatistic(first, metric)}${unit}; next ${next.group.label}, ${formatStatistic(next.statistic, metric)}${verdict}.`;
}

function verdictOf(gap: number, spread: number, statistics: readonly Statistic[]): string {
  if (statistics.some(({ deviation }) => deviation === null))
    return " (one run, so nothing is said of chance)";
  if (spread === 0) return "";
  if (gap > 2 * spread) return " (more than twice the spread over seeds)";
  if (gap > spread) return " (more than the spread over seeds, less than twice)";
  return " (within the spread over seeds)";
}
