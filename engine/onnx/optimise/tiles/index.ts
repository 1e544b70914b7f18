/** Elementwise graphs run tile by tile. */
export { type Split, type Subgraph, splitElementwise } from "./split.ts";
export { canTile, TiledSubmodel } from "./tile-part.ts";
