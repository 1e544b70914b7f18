/** What people see of a run: progress, log, curve, contact sheet, page. */

export { lossCurve, smooth, thin } from "./chart/loss-curve.ts";
export type { Layout, LayoutLine } from "./comparison/index.ts";
export {
  type ComparedEntry,
  type ComparedGroup,
  type Comparison,
  comparisonCsv,
  comparisonJson,
  comparisonMarkdown,
  comparisonPage,
  csvCell,
  findings,
  groupChart,
  layoutOf,
  type Metric,
  measuredMetrics,
  type Point,
  type SheetRow,
  type Statistic,
  statisticIn,
  statisticOf,
} from "./comparison/index.ts";
export { contactSheet, type SheetCell, type SheetOptions } from "./contact-sheet.ts";
export type { Graphviz } from "./dot-picture.ts";
export { dotPicture } from "./dot-picture.ts";
export { captionFont, captionFontFile } from "./font.ts";
export {
  escapeMarkup,
  formatBytes,
  formatCount,
  formatSeconds,
  formatShare,
} from "./format.ts";
export {
  figuresNotRun,
  formatInterval,
  formatValue,
  foundFigures,
  introduction,
  type JudgedSystem,
  type Judgement,
  judgementJson,
  judgementMarkdown,
  judgementPage,
  judgementSheet,
  type SideBySide,
  scoreOf,
} from "./judgement/index.ts";
export { LoadingBar } from "./loading-bar.ts";
export {
  appendRecord,
  type EvaluationRecord,
  type LogRecord,
  type MeasureRecord,
  MetricsLog,
  readLog,
  type StepRecord,
} from "./log.ts";
export { logCsv } from "./log-csv.ts";
export { type DataStatistics, dataPage } from "./page/data-page.ts";
export { type RunReport, runPage, type StripRow } from "./page/run-page.ts";
export { type TokenizedFile, tokenPage } from "./page/token-page.ts";
export type { ProgressOptions } from "./progress.ts";
export { Progress, type ProgressState, type ProgressStream } from "./progress.ts";
export {
  type DataFigures,
  type HeldOutTable,
  levelsOf,
  lossSince,
  marginOf,
  type RunFigures,
  type RunSummary,
} from "./summary.ts";
export type { Line, SweepLineState } from "./sweep-progress.ts";
export { SweepProgress } from "./sweep-progress.ts";
export type { Moment } from "./tensorboard/index.ts";
export {
  type Event,
  EventFile,
  endEvent,
  hyperparametersEvent,
  imageEvent,
  recordEvent,
  textEvent,
  versionEvent,
} from "./tensorboard/index.ts";
