/** Graphs fitted to the runtime: which models are made of one, in which layout and in which pieces. */
export { optimise, type PassName, passes } from "./passes.ts";
export type { PassContext, PlannedModel } from "./plan.ts";
export { donationsWithin, TiledSubmodel } from "./tiles/index.ts";
