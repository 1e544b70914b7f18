/** Byte-level byte-pair encoding of captions: training, encoding, decoding. */
export { bytesOfCharacters, isByteCharacters, toByteCharacters } from "./bytes.ts";
export { type BytePairData, BytePairEncoding, BytePairError } from "./model.ts";
export {
  type LearnedMerge,
  learnMerges,
  type MergeLearning,
  mergeRun,
  standsAt,
  type WeightedSequence,
} from "./pairs.ts";
export { type BytePairTraining, trainBytePairs } from "./train.ts";
