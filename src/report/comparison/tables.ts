/** A comparison as Markdown, CSV and JSON. */
import { formatCount } from "../format.ts";
import {
  type Comparison,
  formatStatistic,
  type Metric,
  measuredMetrics,
  statisticIn,
  titleOf,
} from "./comparison.ts";
import { findings } from "./findings.ts";
import { introduction, method } from "./introduction.ts";

/** @param picture the file of a metric's plot, as a link from the Markdown; null for none. */
export function comparisonMarkdown(
  comparison: Comparison,
  picture: (metric: Metric) => string | null,
): string {
  const metrics = measuredMetrics(comparison);
  const { groups, axes } = comparison;
  const settings = Object.keys(groups[0]?.settings ?? {});
  const head = [axes.join(", ") || "run", ...groups.map(({ label }) => label)];
  const rows = [
    ...metrics.map((metric) => [
      titleOf(metric),
      ...groups.map((group) => {
        const statistic = statisticIn(group, metric);
        return statistic === null ? "–" : formatStatistic(statistic, metric);
      }),
    ]),
    ...settings.map((key) => [key, ...groups.map((group) => JSON.stringify(group.settings[key]))]),
    ["runs", ...groups.map((group) => formatCount(group.runs.length))],
  ];
  const plots = metrics
    .filter(({ plotted }) => plotted)
    .flatMap((metric) => {
      const file = picture(metric);
      return file === null ? [] : [`![${escapeCell(titleOf(metric))}](${file})`];
    });
  const failed = comparison.failed.map(({ name, reason }) => `- failed: ${name}: ${reason}`);
  return [
    `# ${comparison.title}`,
    introduction(comparison),
    [...findings(comparison), ...comparison.notes].map((text) => `- ${text}`).join("\n"),
    table([head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows]),
    ...(plots.length === 0 ? [] : [plots.join("\n")]),
    ...(failed.length === 0 ? [] : [failed.join("\n")]),
    method(comparison),
    "",
  ].join("\n\n");
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `| ${row.map(escapeCell).join(" | ")} |`).join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** A row for each run: its folder, the axes, its seed and every metric that was measured (RFC 4180). */
export function comparisonCsv(comparison: Comparison): string {
  const { axes, groups } = comparison;
  const metrics = measuredMetrics(comparison);
  const head = ["run", ...axes, "train.seed", ...metrics.map(({ key }) => key)];
  const rows = groups.flatMap(({ values, runs }) =>
    runs.map(({ name, seed, figures }) => [
      name,
      ...axes.map((axis) => csvValue(values[axis])),
      String(seed),
      ...metrics.map(({ key }) => String(figures[key] ?? "")),
    ]),
  );
  return [head, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** Quoted where it must be; a spreadsheet takes nothing for a formula. */
export function csvCell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Figures and statistics, without curves and drawings. */
export function comparisonJson(comparison: Comparison): string {
  const { sheet, groups, ...rest } = comparison;
  const told = groups.map((group) => ({
    ...group,
    runs: group.runs.map(({ training, heldOut, ...run }) => run),
    statistics: Object.fromEntries(
      comparison.metrics.map((metric) => [metric.key, statisticIn(group, metric)]),
    ),
  }));
  return `${JSON.stringify({ ...rest, findings: findings(comparison), groups: told }, null, 2)}\n`;
}
