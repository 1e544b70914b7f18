/** What a schedule of learning rates does that nobody is likely to have meant. */
import type { ScheduleOptions } from "../../trainers/index.ts";

/** Empty where all is well. */
export function scheduleNotes(schedule: ScheduleOptions): string[] {
  const { steps, warmupSteps, learningRate } = schedule;
  if (warmupSteps < steps) return [];
  const highest = (learningRate * steps) / warmupSteps;
  return [
    `the warm-up takes ${warmupSteps} steps and the run has ${steps}: the learning rate ends at ${Number(highest.toPrecision(3))} and never reaches train.lr ${learningRate}; lower train.warmupSteps, or set train.warmupShare to a share of the run, as 0.05`,
  ];
}
