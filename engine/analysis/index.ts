/** What is known of a graph before it runs, and of an engine before it works: sizes, work, views. */

export type { GraphDrawOptions } from "./draw.ts";
export { drawGraph } from "./draw.ts";
export { type FlopCount, flops } from "./flops.ts";
export { type MemoryPlan, memoryPlan } from "./memory-plan.ts";
export { measurePeak } from "./peak.ts";
export { printGraph } from "./print.ts";
