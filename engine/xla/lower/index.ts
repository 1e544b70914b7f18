/** Graphs as StableHLO. */
export { type LoweredModule, lowerModule, type ModuleOptions } from "./module.ts";
export { lowerings } from "./table.ts";
