/** Graphs made of graphs: preparation for an engine, recomputation, accounting, and views for people. */

export { drawGraph } from "../analysis/draw.ts";
export { type FlopCount, flops } from "../analysis/flops.ts";
export { type MemoryPlan, memoryPlan } from "../analysis/memory-plan.ts";
export { printGraph } from "../analysis/print.ts";
export { type CheckpointOptions, checkpoint, layerOf } from "./checkpoint.ts";
export { recomputationOf } from "./checkpoint-scope.ts";
export { evaluate } from "./evaluate.ts";
export { expandComposites } from "./expand-composites.ts";
export { type PrepareOptions, prepare } from "./prepare.ts";
export { neededNodes, rewriteGraph } from "./rewrite.ts";
