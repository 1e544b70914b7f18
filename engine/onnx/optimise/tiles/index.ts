/** Elementwise graphs run tile by tile. */
export { donationsWithin, tiledPlan } from "./plan.ts";
export { type Split, type Subgraph, splitElementwise } from "./split.ts";
export { TiledSubmodel } from "./tile-part.ts";
