/** The runs of a sweep: a folder's name, the values that are its own, and its whole configuration. */
import { createHash } from "node:crypto";
import { UsageError } from "../../errors/index.ts";
import {
  type Config,
  ConfigError,
  type ConfigInput,
  configSchema,
  resolveConfig,
} from "../config/index.ts";
import { combinations, type Values } from "./axes.ts";
import { stepsAlike, withEqualTokens } from "./equalise.ts";

export interface PlannedRun {
  /** Of its folder, as `contextLength-128-seed-1`. */
  readonly name: string;
  /** Of the keys that are swept. */
  readonly values: Values;
  readonly seed: number;
  readonly config: Config;
}

export interface SweepPlan {
  /** The keys that are swept, without the seed. */
  readonly keys: readonly string[];
  readonly seeds: readonly number[];
  readonly runs: readonly PlannedRun[];
}

const longestName = 90;

/**
 * Every run is checked against the whole schema here, so that none fails for its configuration later.
 * Of `equal: time` the steps are still those of the recipe.
 * @param recipe with what is to be swept in its section `sweep`
 * @throws UsageError, ConfigError for the first key or value that no run can have
 */
export function planSweep(recipe: Config): SweepPlan {
  const { grid, list, seeds: asked, equal } = recipe.sweep;
  const keys = [...Object.keys(list), ...Object.keys(grid)];
  if (keys.length === 0 && asked.length < 2) {
    throw new UsageError(
      "nothing to sweep: say --grid key=value,value or --seeds 1,2,3, or give the recipe a section sweep",
    );
  }
  if (asked.length > 0 && keys.includes("train.seed")) {
    throw new UsageError("sweep: train.seed is swept twice, by --seeds and as a key of its own");
  }
  const repeated = asked.find((seed, index) => asked.indexOf(seed) !== index);
  if (repeated !== undefined) throw new UsageError(`sweep: the seed ${repeated} is there twice`);
  const seeded = keys.includes("train.seed");
  const seeds = asked.length > 0 ? asked : [recipe.train.seed];
  const plain: Config = { ...recipe, sweep: configSchema.parse({}).sweep };
  const runs = combinations(recipe.sweep).flatMap((values) =>
    seeds.map((seed) => {
      const written = seeded ? values : { ...values, "train.seed": seed };
      const config = equalised(plain, configWith(plain, written, keys), equal, new Set(keys));
      const shown: (readonly [string, unknown])[] = keys.map((key) => [
        shortKey(key, keys),
        values[key],
      ]);
      if (asked.length > 0) shown.push(["seed", seed]);
      const name = folderName(shown);
      return { name, values, seed: config.train.seed, config };
    }),
  );
  return { keys, seeds, runs };
}

function equalised(
  recipe: Config,
  run: Config,
  equal: Config["sweep"]["equal"],
  swept: ReadonlySet<string>,
): Config {
  const fixed = ["train.steps", "train.epochs", "train.minutes"].find((key) => swept.has(key));
  if (equal !== null && fixed !== undefined) {
    throw new ConfigError([`sweep.equal: ${equal} fixes how long runs are, but ${fixed} is swept`]);
  }
  if (equal === "tokens") return withEqualTokens(recipe, run, swept);
  if (equal === "steps") stepsAlike(recipe);
  return run;
}

/** @throws ConfigError for a value that the schema refuses, or that does not go with the others */
function configWith(recipe: Config, values: Values, keys: readonly string[]): Config {
  const input: Record<string, Record<string, unknown>> = structuredClone(recipe);
  for (const [path, value] of Object.entries(values)) {
    const [section = "", key = ""] = path.split(".");
    input[section] = { ...input[section], [key]: value };
  }
  try {
    return resolveConfig(input as ConfigInput);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const shown = keys.length > 0 ? keys : Object.keys(values);
    const said = shown.map((path) => `${path}=${JSON.stringify(values[path])}`);
    const [fault = ""] = error.faults;
    const why = fault.replace(/^configuration: /, "");
    throw new ConfigError([`sweep: no run can have ${said.join(", ")}: ${why}`], { cause: error });
  }
}

/** The last part of a key, unless another one ends alike. */
function shortKey(path: string, among: readonly string[]): string {
  const last = (key: string) => key.slice(key.lastIndexOf(".") + 1);
  return among.filter((other) => last(other) === last(path)).length > 1 ? path : last(path);
}

function folderName(values: readonly (readonly [string, unknown])[]): string {
  const name = values.map(([key, value]) => `${key}-${slug(value)}`).join("-");
  return name.length <= longestName ? name : `${name.slice(0, longestName - 9)}-${sumOf(name)}`;
}

/** Safe on every file system; what is left away leaves a sum of the whole instead. */
function slug(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const clean = text.replaceAll(/[^\p{L}\p{N}_.]+/gu, "-").replaceAll(/^-|-$/g, "");
  return clean === text && text.length <= 40 ? clean : `${clean.slice(0, 32)}-${sumOf(text)}`;
}

function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
