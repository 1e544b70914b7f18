/** One configurable decoder: its graph, its parameters, its generation. Imports `engine` alone. */

export type { AttentionCache, AttentionResult } from "./decoder/attention.ts";
export { type AttentionContext, attention } from "./decoder/attention.ts";
export {
  type AttentionConfig,
  type BiasConfig,
  type BlockLayout,
  checkDecoderConfig,
  type DecoderConfig,
  type FutureHeadsConfig,
  type GatedDeltaConfig,
  layerBiases,
  ModelConfigError,
  plainDecoder,
  type QueryGrowth,
  type QueryKeyNorm,
  type WindowConfig,
} from "./decoder/config.ts";
export {
  type DecoderInput,
  type DecoderOutput,
  decoder,
  type Head,
  head,
  headInput,
  headOf,
} from "./decoder/decoder.ts";
export type { Dropout } from "./decoder/dropout.ts";
export {
  type FutureHead,
  type FutureHeadInput,
  futureHead,
  futureInput,
  tokensAhead,
} from "./decoder/future-heads.ts";
export { type InitialiseOptions, initialWeights } from "./decoder/initialise.ts";
export type { JoinedPlaces } from "./decoder/joined-attention.ts";
export {
  type CacheDtype,
  cacheBytes,
  cacheDtypes,
  type DeltaCache,
  type KeyValueCache,
  type LayerCache,
  type QuantizedKeyValueCache,
} from "./decoder/layer-cache.ts";
export type { ParameterInit } from "./decoder/parameters.ts";
export {
  decoderSpecs,
  type ParameterSpec,
  parameterCount,
  parameterSpecs,
} from "./decoder/parameters.ts";
export type {
  DynamicScaling,
  LinearScaling,
  Llama3Scaling,
  LongRopeScaling,
  YarnScaling,
} from "./decoder/rope-config.ts";
export {
  dynamicReach,
  plainRope,
  type RopeConfig,
  type RopeScaling,
  usualYarn,
  yarnGain,
} from "./decoder/rope-config.ts";
export { type LayerAngles, type RotaryAngles, rotaryFrequencies } from "./decoder/rotary.ts";
export { isQuantized, type WeightMatrix } from "./decoder/weight-matrix.ts";
export { type AdapterValues, type Addition, Weights } from "./decoder/weights.ts";
export type { DecodingModel } from "./decoding-model.ts";
export * from "./families/index.ts";
export type { ContinuousBatchOptions } from "./generation/index.ts";
export * from "./generation/index.ts";
export type { DropoutOf, LinearPart, LoraTerm } from "./lora/index.ts";
export {
  AdapterError,
  adapterSpecs,
  asPlainLora,
  checkRows,
  firstRanks,
  type LinearModule,
  type LoraAdapter,
  type LoraConfig,
  type LoraInitialisation,
  type LoraModule,
  type LoraTargets,
  linearModules,
  loraAddition,
  type ModuleKind,
  mergeAdapter,
  newLora,
  plainLora,
  rowsOf,
  rowValues,
  savedParameters,
  type TableRows,
  targetedModules,
  tokenTables,
  withRank,
} from "./lora/index.ts";
export { Model, type ModelOptions } from "./model.ts";
export {
  arraySource,
  type ParameterSource,
  readNamed,
  type WeightSource,
} from "./parameter-source.ts";
export type { BlockFormat, ParameterPart } from "./quantization/index.ts";
export {
  type ParameterFormat,
  parameterBytes,
  parameterFormat,
  parameterInput,
  prepackedBytes,
  type WeightDtype,
  weightBytes,
  weightDtypes,
} from "./quantization/index.ts";
export {
  type ExtendedDecoder,
  extendVocabulary,
  type RowInitialisation,
  tablesOfTokens,
  type VocabularyExtension,
} from "./vocabulary.ts";
