/** Graphs as StableHLO. */
export { attentionOn } from "./attention/index.ts";
export type { BlockOptions, LowerOptions } from "./lowering.ts";
export { type LoweredModule, lowerModule, type ModuleOptions } from "./module.ts";
export { lowersWith } from "./table.ts";
