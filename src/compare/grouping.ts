/** Which keys tell runs apart, and which runs differ in their seed alone. */
import type { Config } from "../config/index.ts";
import { configSections, countedInSteps } from "../config/index.ts";
import type { ReadRun } from "./read-run.ts";

/** Sections that decide what a run learns and draws. */
const sections = ["data", "tokenizer", "model", "vocabulary", "train", "lora", "generate"] as const;

/** Keys that are no question of an ablation: chance, and how often a run stops to look. */
const passedOver = [
  ...["seed", "threads", "engine", "evalEvery", "saveEvery", "sampleEvery", "keep"].map(
    (key) => `train.${key}`,
  ),
  ...["generate.samples", "generate.prompts", "generate.seed"],
];

/** Keys that a sweep sets itself where it makes runs equal. */
const derived = ["steps", "batchSize", "minutes", ...countedInSteps].map((key) => `train.${key}`);

export interface Grouping {
  /** Dotted keys; the one with the most values first. */
  readonly axes: readonly string[];
  /** Other keys that are not the same for all. */
  readonly settings: readonly string[];
  readonly groups: readonly (readonly ReadRun[])[];
}

/** @param swept the keys of the sweeps that the runs belong to; those alone are axes then */
export function groupRuns(runs: readonly ReadRun[], swept: readonly string[]): Grouping {
  const differing = keysThatDiffer(runs);
  const known = swept.filter((key) => differing.includes(key));
  const axes = differing.filter((key) =>
    known.length > 0 ? known.includes(key) || !derived.includes(key) : true,
  );
  const valuesOf = (key: string) =>
    new Set(runs.map((run) => JSON.stringify(valueAt(run.config, key))));
  const numeric = (key: string) =>
    runs.every((run) => typeof valueAt(run.config, key) === "number");
  // Numbers make an axis, and among them the one with most values.
  axes.sort(
    (a, b) => Number(numeric(b)) - Number(numeric(a)) || valuesOf(b).size - valuesOf(a).size,
  );
  const byValues = new Map<string, ReadRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(axes.map((axis) => valueAt(run.config, axis)));
    byValues.set(key, [...(byValues.get(key) ?? []), run]);
  }
  const groups = [...byValues.values()];
  groups.sort((a, b) => order(a[0]!, b[0]!, axes));
  return { axes, settings: differing.filter((key) => !axes.includes(key)), groups };
}

function order(a: ReadRun, b: ReadRun, axes: readonly string[]): number {
  for (const axis of axes) {
    const [left, right] = [valueAt(a.config, axis), valueAt(b.config, axis)];
    if (typeof left === "number" && typeof right === "number" && left !== right)
      return left - right;
  }
  return 0;
}

function keysThatDiffer(runs: readonly ReadRun[]): string[] {
  const keys = sections.flatMap((section) =>
    Object.keys(runs[0]?.config[section] ?? {}).map((key) => `${section}.${key}`),
  );
  return keys.filter((key) => {
    if (passedOver.includes(key)) return false;
    const texts = runs.map(({ config }) => JSON.stringify(valueAt(config, key)));
    return texts.some((text) => text !== texts[0]);
  });
}

/** Of a dotted key. */
export function valueAt(config: Config, path: string): unknown {
  const [section = "", key = ""] = path.split(".");
  const keys: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { ...config };
  return keys[section]?.[key];
}

/** Of a key, as the schema says it; empty where it has none. */
export function unitOf(path: string): string {
  const key = configSections.flatMap(({ keys }) => keys).find((known) => known.path === path);
  return key?.unit ?? "";
}
