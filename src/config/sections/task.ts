/** What is learnt of the drawings, as the configuration says it: one task, or several with weights. */
import { z } from "zod";

const taskName = z.enum(["text-to-svg", "svg-to-text", "completion", "editing"]);

const taskEntry = z
  .strictObject({
    task: taskName,
    weight: z.number().positive().max(1000).default(1),
  })
  .meta({ description: "One of several tasks." });

/** One task of a list, with every default filled in. */
export type TaskEntry = z.output<typeof taskEntry>;

const oneTask = z.union([taskName, taskEntry]);

export const taskKey = z.union([oneTask, z.array(oneTask).min(1).max(16)]).default("text-to-svg");

/** The list that was meant, however it was written. */
export function taskEntries(written: z.input<typeof taskKey>): TaskEntry[] {
  const list = [written ?? "text-to-svg"].flat();
  return list.map((one) => taskEntry.parse(typeof one === "string" ? { task: one } : one));
}
