/** Weights in fewer bits: how each is kept, and the way there and back. */

export {
  type Prepackable,
  prepackableOf,
  prepackedBytes,
} from "./prepacking.ts";
export { dequantize, dequantizeScales, quantize, quantizeScales } from "./quantize.ts";
export { type ParameterPart, parameterInput, QuantizedParameter } from "./quantized-parameter.ts";
export {
  type BlockFormat,
  type ParameterFormat,
  parameterBytes,
  parameterFormat,
  type WeightDtype,
  weightBytes,
  weightDtypes,
} from "./weight-dtype.ts";
