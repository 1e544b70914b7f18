/** One program on several devices: what of a tensor is where. */
export { checkMesh, devicesOf, oneDevice } from "./mesh.ts";
export { join, pieceType, split } from "./pieces.ts";
export { meshText, type Placement, placementOf, shardingText } from "./placement.ts";
