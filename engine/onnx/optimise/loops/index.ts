/** Chains of operations that run a few rows at a time. */
export { type Cluster, clusterRows } from "./clusters.ts";
export { type RowLoop, rowLoop } from "./row-loop.ts";
