/** Runs side by side: their figures, means over seeds, and the page. */
export {
  type CompareOptions,
  type ComparisonFiles,
  compare,
  comparisonFiles,
} from "./compare.ts";
export { type ComparedRun, type CompareRunsOptions, compareRuns } from "./compare-runs.ts";
export { readSweepFile, type SweepFile, writeSweepFile } from "./sweep-file.ts";
