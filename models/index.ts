/** One configurable decoder: its graph, its parameters, its generation. Imports `src/engine` alone. */
export * from "./adapters/index.ts";
export { type AttentionContext, attention, type LayerCache } from "./attention.ts";
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
} from "./config.ts";
export {
  type DecoderInput,
  type DecoderOutput,
  type Dropout,
  decoder,
  type Head,
  head,
  headOf,
} from "./decoder.ts";
export * from "./families/index.ts";
export * from "./generation/index.ts";
export { type InitialiseOptions, initialWeights } from "./initialise.ts";
export { hiddenStates, logits, TokenError } from "./logits.ts";
export { Model, type ModelOptions } from "./model.ts";
export { mostPackedBytes, packedBytes } from "./packing.ts";
export {
  arraySource,
  type ParameterSource,
  readNamed,
  type WeightSource,
} from "./parameter-source.ts";
export { type ParameterSpec, parameterCount, parameterSpecs } from "./parameters.ts";
export {
  type ParameterFormat,
  parameterBytes,
  parameterFormat,
  parameterInput,
  type WeightStorage,
  weightBytes,
  weightStorages,
} from "./quantisation/index.ts";
export { plainRope, type RopeConfig, type RopeScaling } from "./rope-config.ts";
export {
  type ExtendedDecoder,
  extendVocabulary,
  type RowInitialisation,
  tablesOfTokens,
  type VocabularyExtension,
} from "./vocabulary.ts";
export { isStored, type WeightMatrix } from "./weight-matrix.ts";
export { parameterInputs, Weights } from "./weights.ts";
