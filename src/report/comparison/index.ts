/** Runs side by side, for people. */
export type {
  ComparedEntry,
  ComparedGroup,
  Comparison,
  Metric,
  Point,
  SheetRow,
} from "./comparison.ts";
export { measuredMetrics, statisticIn } from "./comparison.ts";
export { findings } from "./findings.ts";
export { groupChart } from "./group-chart.ts";
export type { Layout, Line as LayoutLine } from "./layout-of.ts";
export { layoutOf } from "./layout-of.ts";
export { comparisonPage } from "./page.ts";
export { type Statistic, statisticOf } from "./statistic.ts";
export { comparisonCsv, comparisonJson, comparisonMarkdown, csvCell } from "./tables.ts";
