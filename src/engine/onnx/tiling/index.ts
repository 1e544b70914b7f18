/** Elementwise graphs run tile by tile. */
export { type GraphPart, type Port, type Split, splitElementwise } from "./split.ts";
export { canTile, TilePart } from "./tile-part.ts";
