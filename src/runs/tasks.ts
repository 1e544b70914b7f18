/** Which tasks a configuration teaches, and what follows for a run. */
import type { MadeSamples, TaskShare } from "../../data/index.ts";
import { type Config, type DataConfig, sourceEntries, taskEntries } from "../config/index.ts";

export function taskShares({ data }: Pick<Config, "data">): readonly TaskShare[] {
  return taskEntries(data.task);
}

/** What is made of each drawing for its tasks. */
export function taskOptions(config: Pick<Config, "data">): MadeSamples {
  const { beginnings, edits, editsEach } = config.data;
  return { tasks: taskShares(config), beginnings, edits: { kinds: edits, each: editsEach } };
}

/** Whether its model draws captions, so that drawings can be made and measured. */
export function drawsCaptions(config: Pick<Config, "data">): boolean {
  return taskShares(config).some(({ task }) => task === "text-to-svg");
}

/** Whether its model says what drawings show. */
export function saysCaptions(config: Pick<Config, "data">): boolean {
  return taskShares(config).some(({ task }) => task === "svg-to-text");
}

/** Which of its tasks begin with a drawing and end with another. */
export function changeTasks(config: Pick<Config, "data">): ("completion" | "editing")[] {
  const learnt = taskShares(config).map(({ task }) => task);
  return (["completion", "editing"] as const).filter((task) => learnt.includes(task));
}

/** Whether its sources are tables of edits, rather than drawings that edits are made of. */
export function holdsEdits({ source }: DataConfig): boolean {
  return sourceEntries(source).some(({ columns }) => columns?.before !== undefined);
}
