/** Weights in fewer bits: how each is kept, and the way there and back. */
export { dequantise, dequantiseScales, quantise, quantiseScales } from "./quantise.ts";
export {
  type BlockFormat,
  type ParameterFormat,
  parameterBytes,
  parameterFormat,
  type WeightStorage,
  weightBytes,
  weightStorages,
} from "./storage.ts";
export { parameterInput, StoredParameter } from "./stored-parameter.ts";
