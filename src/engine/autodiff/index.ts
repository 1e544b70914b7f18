/** Reverse mode: gradients as graphs. */
export { type Expansion, expandNode } from "./expand.ts";
export { gradients } from "./gradients.ts";
