/** Sizes of the engine `onnx` chosen by measuring, once for a machine. */
export { chosenSizes } from "./kept-sizes.ts";
export { measureSizes } from "./measure.ts";
