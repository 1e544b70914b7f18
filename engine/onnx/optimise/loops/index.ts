/** Chains of operations that run a few rows at a time. */
export { type Cluster, clusterRows } from "./clusters.ts";
export { loopsOf } from "./loops.ts";
export type { RowLoop } from "./row-loop.ts";
