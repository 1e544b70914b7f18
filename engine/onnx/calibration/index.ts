/** The size of tiles of the engine `onnx`, chosen by measuring, once for a machine. */
export { chosenTile } from "./kept-tile.ts";
export { tileCandidates } from "./measure.ts";
