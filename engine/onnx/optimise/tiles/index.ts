/** Elementwise graphs run tile by tile. */
export type { Port } from "../../part.ts";
export { donationsWithin, tiledPlan, updatesBeforeUse } from "./plan.ts";
export { type Split, type Subgraph, splitElementwise } from "./split.ts";
export { tileModel } from "./tile-model.ts";
export { TiledSubmodel } from "./tile-part.ts";
