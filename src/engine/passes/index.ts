/** Graphs made of graphs: preparation for an engine, recomputation, accounting, and views for people. */
export { type CheckpointOptions, checkpoint, layerOf } from "./checkpoint.ts";
export { recomputationOf } from "./checkpoint-scope.ts";
export { drawGraph } from "./draw.ts";
export { evaluate } from "./evaluate.ts";
export { expandComposites } from "./expand-composites.ts";
export { type FlopCount, flops } from "./flops.ts";
export { type MemoryPlan, memoryPlan } from "./memory-plan.ts";
export { type PrepareOptions, prepare } from "./prepare.ts";
export { printGraph } from "./print.ts";
export { neededNodes, rewriteGraph } from "./rewrite.ts";
