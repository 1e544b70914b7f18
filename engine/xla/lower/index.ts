/** Graphs as StableHLO. */
export type { BlockOptions } from "./lowering.ts";
export { type LoweredModule, lowerModule, type ModuleOptions } from "./module.ts";
export { lowersWith } from "./table.ts";
