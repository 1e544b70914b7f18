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
  const verdict =
    first.deviation === null || next.statistic.deviation === null
      ? "one run each, so nothing is said of chance"
      : gap(next.statistic.mean) > 2 * spread
        ? "more than twice the spread over seeds"
        : gap(next.statistic.mean) > spread
          ? "more than the spread over seeds, less than twice"
          : "within the spread over seeds";
  return `${metric.label}: ${metric.better === "lower" ? "lowest" : "highest"} for ${leader.label}, ${formatStatistic(first, metric)}${unit}; next ${next.group.label}, ${formatStatistic(next.statistic, metric)} (${verdict}).`;
}
