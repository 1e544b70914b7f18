/**
 * What a sweep varies: keys of the configuration and their values, from the recipe's `sweep` section
 * or from flags, held against the schema before anything starts.
 */
import { parse } from "yaml";
import { UsageError } from "../../errors/index.ts";
import { configSections, namesUnder, type SweepConfig, suggest } from "../config/index.ts";

/** The values of some keys, by dotted path. */
export type Values = Readonly<Record<string, unknown>>;

/** More runs than this are a mistake in the grid. */
const mostRuns = 10_000;

/**
 * `model.contextLength=128,256` as a key and its values, which are read as YAML.
 * @param flag that said it, for the fault.
 * @throws UsageError
 */
export function parseAxis(flag: string, text: string): readonly [key: string, values: unknown[]] {
  const at = text.indexOf("=");
  if (at <= 0) throw new UsageError(`${flag} ${text}: expected key=value,value,…`);
  const [key, list] = [text.slice(0, at).trim(), text.slice(at + 1)];
  try {
    const values: unknown = parse(`[${list}]`);
    if (Array.isArray(values) && values.length > 0) return [key, values];
  } catch {
    throw new UsageError(`${flag} ${text}: cannot read the values; expected key=value,value,…`);
  }
  throw new UsageError(`${flag} ${key}=: expected at least one value`);
}

/** Each combination once, the last key changing fastest. @throws UsageError for what cannot be. */
export function combinations({ grid, list }: Pick<SweepConfig, "grid" | "list">): Values[] {
  for (const key of [...Object.keys(grid), ...Object.keys(list)]) checkKey(key);
  const twice = Object.keys(grid).find((key) => key in list);
  if (twice !== undefined) throw new UsageError(`sweep: ${twice} is in the grid and in the list`);
  for (const [key, values] of Object.entries(grid)) refuseRepeats(key, values);
  const zipped = zip(list);
  refuseRepeats(Object.keys(list).join(", "), zipped);
  const total = Object.values(grid).reduce((product, { length }) => product * length, 1);
  if (total * Math.max(1, zipped.length) > mostRuns) {
    throw new UsageError(`sweep: this grid has more than ${mostRuns} combinations`);
  }
  return Object.entries(grid).reduce<Values[]>(
    (found, [key, values]) =>
      found.flatMap((before) => values.map((value) => ({ ...before, [key]: value }))),
    zipped.length === 0 ? [{}] : zipped,
  );
}

function zip(list: SweepConfig["list"]): Values[] {
  const entries = Object.entries(list);
  const [first, ...others] = entries;
  const uneven = others.find(([, values]) => values.length !== first![1].length);
  if (uneven !== undefined) {
    throw new UsageError(
      `sweep: the values of a list go together, but ${first![0]} has ${first![1].length} and ${uneven[0]} has ${uneven[1].length}`,
    );
  }
  return (first?.[1] ?? []).map((_, index) =>
    Object.fromEntries(entries.map(([key, values]) => [key, values[index]])),
  );
}

function refuseRepeats(key: string, values: readonly unknown[]): void {
  const texts = values.map((value) => JSON.stringify(value));
  const repeated = texts.find((text, index) => texts.indexOf(text) !== index);
  if (repeated !== undefined) throw new UsageError(`sweep: ${key}: ${repeated} is there twice`);
}

function checkKey(path: string): void {
  const [section = "", key = "", ...rest] = path.split(".");
  const sections = namesUnder("").filter((name) => name !== "sweep");
  if (!sections.includes(section)) throw unknownKey(path, nearestOf(path) ?? list(sections));
  if (!namesUnder(section).includes(key) || rest.length > 0) {
    const near = suggest(key, namesUnder(section));
    const meant = near === undefined ? list(namesUnder(section)) : `${section}.${near}`;
    throw unknownKey(path, meant);
  }
}

const list = (names: readonly string[]) => `one of ${names.join(", ")}`;

/** Of all keys, for a path whose section is none. */
function nearestOf(path: string): string | undefined {
  const paths = configSections
    .filter(({ name }) => name !== "sweep")
    .flatMap(({ keys }) => keys.map((key) => key.path));
  const named = paths.find((known) => known.endsWith(`.${path.split(".").at(-1)}`));
  return named ?? suggest(path, paths);
}

function unknownKey(path: string, meant: string): UsageError {
  return new UsageError(`sweep: unknown key "${path}"; did you mean ${meant}?`);
}
