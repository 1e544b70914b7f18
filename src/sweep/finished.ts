/** Whether a run of a sweep needs no work any more: by what lies in its folder, not by what was noted of it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { loopOutcomes } from "../../trainers/index.ts";
import { type Config, ConfigError } from "../config/index.ts";
import { configOf, holdsRun, refuseOtherConfig, runPaths } from "../runs/index.ts";

/** Keys that change neither what a run learns nor what it leaves behind. */
const passedOver = ["train.threads", "train.engine", "train.keep", "train.saveEvery"];

/** Equal for runs that learn, draw and measure alike. @returns the first 16 digits of a SHA-256. */
export function fingerprint(config: Config): string {
  const { sweep, ...sections } = config;
  const kept = Object.entries(sections).flatMap(([section, keys]) =>
    Object.entries(keys)
      .map(([key, value]) => [`${section}.${key}`, value] as const)
      .filter(([path]) => !passedOver.includes(path)),
  );
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(kept)).digest("hex").slice(0, 16);
}

const summarySchema = z.object({
  outcome: z.enum(loopOutcomes),
  figures: z.object({ steps: z.number() }),
});

/** Whether the folder holds this very run, trained to its end and reported. */
export function isFinished(folder: string, config: Config): boolean {
  const { summary, config: file } = runPaths(folder);
  if (!existsSync(file) || !existsSync(summary)) return false;
  if (fingerprint(configOf(folder)) !== fingerprint(config)) return false;
  const read = summarySchema.safeParse(parse(readFileSync(summary, "utf8")));
  if (!read.success || read.data.outcome === "interrupted") return false;
  const { steps } = config.train;
  return (
    ["out of time", "stopped early"].includes(read.data.outcome) ||
    steps === null ||
    read.data.figures.steps >= steps
  );
}

/** Null for what is no JSON: such a run is finished anew. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * That a run can be begun or gone on with in a folder.
 * @throws ConfigError naming the first key that differs; UsageError for a folder of other things
 */
export function refuseOtherRun(folder: string, config: Config): void {
  holdsRun(folder);
  if (!existsSync(runPaths(folder).config)) return;
  try {
    refuseOtherConfig(folder, configOf(folder), config, "is asked for");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [fault = ""] = error.faults;
    throw new ConfigError([
      `${fault.split("; a run goes on")[0]}; a sweep goes on as it began: put the recipe back, or name another by --name, or begin anew by --fresh`,
    ]);
  }
}
