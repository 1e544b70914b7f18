/** Reverse mode: gradients as graphs. */
export { isBackward } from "./backward-scope.ts";
export { type Expansion, expandNode } from "./expand.ts";
export { gradients } from "./gradients.ts";
