/** Graphs made of graphs: preparation for an engine, and recomputation. */

export { type CheckpointOptions, checkpoint, layerOf } from "./checkpoint.ts";
export { recomputationOf } from "./checkpoint-scope.ts";
export { evaluate } from "./evaluate.ts";
export { expandComposites } from "./expand-composites.ts";
export { type PrepareOptions, prepare } from "./prepare.ts";
export { neededNodes, rewriteGraph } from "./rewrite.ts";
