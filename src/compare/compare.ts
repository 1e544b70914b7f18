/**
 * `pathloom compare` as a call: runs and sweeps side by side, on one page. Runs that differ in their
 * seed alone make a group; what tells the groups apart is read off their configurations.
 */
import { existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { latestCheckpoint, openSavedModel, writeTextAtomically } from "../../checkpoints/index.ts";
import { UsageError } from "../../errors/index.ts";
import type { Drawing } from "../../svg/index.ts";
import {
  type ComparedEntry,
  type ComparedGroup,
  type Comparison,
  comparisonCsv,
  comparisonJson,
  comparisonMarkdown,
  comparisonPage,
  groupChart,
  type LogRecord,
  layoutOf,
  type Metric,
  measuredMetrics,
  type Point,
  type SheetRow,
  smooth,
  thin,
} from "../report/index.ts";
import {
  canonicalOf,
  positionsPerStep,
  realDrawingsOf,
  runPaths,
  runStateOf,
  sampleFile,
} from "../runs/index.ts";
import { type ComparedRun, compareRuns } from "./compare-runs.ts";
import { groupRuns, unitOf, valueAt } from "./grouping.ts";
import { comparedMetrics, figuresOf } from "./metrics.ts";
import { type ReadRun, readRun, samplesIn } from "./read-run.ts";
import { readSweepFile } from "./sweep-file.ts";

/**
 * Which runs are compared, and where the page goes.
 * @example
 * const options: CompareOptions = { folders: ["runs/widths"], out: "comparison", drawn: 40 };
 * const { files } = await compare(options);
 * console.log(files.page);
 */
export interface CompareOptions {
  /** Folders of runs, and of sweeps, which stand for all their finished runs. */
  readonly folders: readonly string[];
  /** Where the files go; made where it is missing. */
  readonly out: string;
  /** Of the page; the folders' names unless given. */
  readonly title?: string;
  /** Captions that each run draws to be compared with real icons, of each kind; 60 unless given. */
  readonly drawn?: number;
  readonly notice?: (text: string) => void;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface ComparisonFiles {
  readonly page: string;
  readonly markdown: string;
  readonly csv: string;
  readonly json: string;
}

export function comparisonFiles(out: string): ComparisonFiles {
  const at = (ending: string) => join(out, `comparison.${ending}`);
  return { page: at("html"), markdown: at("md"), csv: at("csv"), json: at("json") };
}

/** Rows of the sheet. */
const mostRows = 12;

/**
 * Compares finished runs, or those of a sweep, on one page.
 * Writes `comparison.html`, `.md`, `.csv`, `.json` and `plots/`.
 * @throws UsageError where a folder holds no finished run, or a sweep none
 * @throws SourceError, CheckpointError, StorageError
 * @example
 * const { files } = await compare({ folders: ["runs/a", "runs/b"], out: "comparison" });
 * console.log(files.page);
 */
export async function compare(
  options: CompareOptions,
): Promise<{ readonly comparison: Comparison; readonly files: ComparisonFiles }> {
  const { folders, out, notice = () => {}, drawn = 60, onProgress } = options;
  const { runs, swept, equal, failed } = collect(folders);
  const notes: string[] = [];
  const progress = onProgress === undefined ? {} : { onProgress };
  const compared = await commonFigures(runs, { drawn, notice, ...progress }, notes);
  const { axes, settings, groups } = groupRuns(runs, swept);
  const shown = groups.map((members) => groupOf(members, axes, settings, compared));
  const some = compared.values().next().value ?? null;
  const comparison: Comparison = {
    title: options.title ?? folders.map((folder) => basename(folder)).join(" · "),
    axes,
    unit: axes[0] === undefined ? "" : unitOf(axes[0]),
    equal,
    metrics: comparedMetrics,
    groups: shown,
    sheet: await sheetOf(groups),
    common: {
      drawings: some?.common.drawings ?? 0,
      trainedCaptions: some?.likeness.trained?.drawings ?? 0,
      heldOutCaptions: some?.likeness.heldOut?.drawings ?? 0,
    },
    failed,
    notes: [...notes, ...otherDrawings(runs)],
  };
  return { comparison, files: write(comparison, out) };
}

/** The runs that folders name, each once. */
function collect(folders: readonly string[]) {
  const swept = new Set<string>();
  const failed: { name: string; reason: string }[] = [];
  const equals = new Set<Comparison["equal"]>();
  const found = folders.flatMap((folder) => {
    const file = readSweepFile(folder);
    if (file === null) {
      equals.add(null);
      return [folder];
    }
    for (const key of file.keys) swept.add(key);
    equals.add(file.equal);
    for (const { name, state, reason } of file.runs) {
      if (state === "failed") failed.push({ name, reason: reason ?? "" });
    }
    const done = file.runs.filter(({ state }) => state === "finished");
    const known = done.map(({ name }) => join(folder, name));
    if (known.length > 0) return known.filter((run) => existsSync(runPaths(run).summary));
    throw new UsageError(`${folder}: no run of this sweep is finished; go on by pathloom sweep`);
  });
  const [equal = null] = equals;
  return {
    runs: [...new Set(found)].map(readRun),
    swept: [...swept],
    failed,
    equal: equals.size === 1 ? equal : null,
  };
}

/** By folder; none where the runs have no held-out drawing in common, which is noted. */
async function commonFigures(
  runs: readonly ReadRun[],
  options: Parameters<typeof compareRuns>[1],
  notes: string[],
): Promise<Map<string, ComparedRun>> {
  try {
    const compared = await compareRuns(
      runs.map(({ folder }) => folder),
      options,
    );
    return new Map(compared.map((each) => [each.run, each]));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    notes.push(error.message.replace(/^.*?: (?=there is no drawing)/, ""));
    return new Map();
  }
}

function groupOf(
  members: readonly ReadRun[],
  axes: readonly string[],
  settings: readonly string[],
  compared: ReadonlyMap<string, ComparedRun>,
): ComparedGroup {
  const [first] = members;
  const values = Object.fromEntries(axes.map((axis) => [axis, valueAt(first!.config, axis)]));
  const own = Object.fromEntries(settings.map((key) => [key, valueAt(first!.config, key)]));
  const runs = members.map((run): ComparedEntry => {
    const { training, heldOut } = curvesOf(run);
    const measured = { run, compared: compared.get(run.folder) ?? null, tokens: tokensOf(run) };
    return {
      name: run.name,
      folder: run.folder,
      seed: run.config.train.seed,
      figures: figuresOf(measured),
      training,
      heldOut,
    };
  });
  const [axis] = axes;
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const label =
    axis === undefined
      ? first!.name
      : axes.length === 1
        ? text(values[axis])
        : axes
            .map((key) => `${key.slice(key.lastIndexOf(".") + 1)} ${text(values[key])}`)
            .join(", ");
  return { label, values, runs, settings: own };
}

function curvesOf({ log, config }: ReadRun): { training: Point[]; heldOut: Point[] } {
  const millions = positionsPerStep(config) / 1e6;
  const steps = log.flatMap((record: LogRecord) =>
    record.kind === "step" ? [{ x: record.step * millions, y: record.loss }] : [],
  );
  const heldOut = log.flatMap((record) =>
    record.kind === "evaluation" ? [{ x: record.step * millions, y: record.natsPerToken }] : [],
  );
  return { training: smooth(thin(steps)), heldOut };
}

/** Without padding, over the whole run; null where no checkpoint says it. */
function tokensOf({ folder }: ReadRun): number | null {
  const saved = latestCheckpoint(runPaths(folder).checkpoints, openSavedModel, () => {});
  if (saved === undefined) return null;
  try {
    return runStateOf(saved)?.tokens ?? null;
  } finally {
    saved.close();
  }
}

/** Captions that the first run of every group drew, those of the recipe first. */
async function sheetOf(groups: readonly (readonly ReadRun[])[]): Promise<SheetRow[]> {
  const firsts = groups.map(([run]) => run!);
  const drawn = firsts.map(({ folder, config }) =>
    samplesIn(folder, canonicalOf(config.tokenizer)),
  );
  const [first] = drawn;
  const shared = [...(first?.keys() ?? [])].filter((words) =>
    drawn.every((each) => each.has(words)),
  );
  if (shared.length === 0) return [];
  const { config } = firsts[0]!;
  const said = new Map(config.generate.prompts.map((prompt) => [wordsOf(prompt), prompt]));
  const real = await realDrawingsOf(config, canonicalOf(config.tokenizer));
  return shared.slice(0, mostRows).map((words) => {
    const caption = said.get(words) ?? words.replaceAll("-", " ");
    const icon = real.find(caption);
    return {
      caption,
      known: icon?.known ?? "none",
      real: icon?.drawing ?? null,
      drawn: drawn.map((each): Drawing | null => each.get(words) ?? null),
    };
  });
}

/** The words of a caption as they stand in the name of its file. */
function wordsOf(caption: string): string {
  return sampleFile(0, caption).replace(/^\d+-(.+)\.svg$/, "$1");
}

/** Runs of one source and another number of drawings were not trained on the same. */
function otherDrawings(runs: readonly ReadRun[]): string[] {
  const bySource = new Map<string, Set<number>>();
  for (const { config, summary } of runs) {
    const key = JSON.stringify([config.data, canonicalOf(config.tokenizer)]);
    const { train, heldOut, tooLong, refused } = summary.data;
    bySource.set(key, (bySource.get(key) ?? new Set()).add(train + heldOut + tooLong + refused));
  }
  const changed = [...bySource.values()].some((totals) => totals.size > 1);
  return changed
    ? ["The drawings changed between runs of the same source: some were trained on others."]
    : [];
}

function write(comparison: Comparison, out: string): ComparisonFiles {
  const plots = join(out, "plots");
  mkdirSync(plots, { recursive: true });
  const layout = layoutOf(comparison);
  for (const metric of measuredMetrics(comparison).filter(({ plotted }) => plotted)) {
    writeTextAtomically(
      join(plots, `${metric.key}.svg`),
      groupChart(comparison, metric, layout, true),
    );
  }
  const files = comparisonFiles(out);
  const picture = ({ key }: Metric) => `plots/${key}.svg`;
  writeTextAtomically(files.page, comparisonPage(comparison));
  writeTextAtomically(files.markdown, comparisonMarkdown(comparison, picture));
  writeTextAtomically(files.csv, comparisonCsv(comparison));
  writeTextAtomically(files.json, comparisonJson(comparison));
  return files;
}
