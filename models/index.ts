/** One configurable decoder: its graph, its parameters, its generation. Imports `engine` alone. */

export { type AttentionContext, attention, type LayerCache } from "./decoder/attention.ts";
export {
  type AttentionConfig,
  type BiasConfig,
  type BlockLayout,
  checkDecoderConfig,
  type DecoderConfig,
  layerBiases,
  ModelConfigError,
  plainDecoder,
  type WindowConfig,
} from "./decoder/config.ts";
export {
  type DecoderInput,
  type DecoderOutput,
  type Dropout,
  decoder,
  type Head,
  head,
  headOf,
} from "./decoder/decoder.ts";
export { type InitialiseOptions, initialWeights } from "./decoder/initialise.ts";
export { type ParameterSpec, parameterCount, parameterSpecs } from "./decoder/parameters.ts";
export { plainRope, type RopeConfig, type RopeScaling } from "./decoder/rope-config.ts";
export { isQuantized, type WeightMatrix } from "./decoder/weight-matrix.ts";
export { parameterInputs, Weights } from "./decoder/weights.ts";
export * from "./families/index.ts";
export * from "./generation/index.ts";
export { hiddenStates, logits, TokenError } from "./generation/logits.ts";
export * from "./lora/index.ts";
export { Model, type ModelOptions } from "./model.ts";
export {
  arraySource,
  type ParameterSource,
  readNamed,
  type WeightSource,
} from "./parameter-source.ts";
export {
  type ParameterFormat,
  parameterBytes,
  parameterFormat,
  parameterInput,
  type WeightDtype,
  weightBytes,
  weightDtypes,
} from "./quantization/index.ts";
export { mostPrepackedBytes, prepackedBytes } from "./quantization/prepacking.ts";
export {
  type ExtendedDecoder,
  extendVocabulary,
  type RowInitialisation,
  tablesOfTokens,
  type VocabularyExtension,
} from "./vocabulary.ts";
