/** The safetensors format: https://github.com/huggingface/safetensors */
export { areEqual } from "./are-equal.ts";
export { DTYPE_BITS, elementCount, isSafetensorsDtype, type SafetensorsDtype } from "./dtype.ts";
export { SafetensorsError, type SafetensorsFault } from "./error.ts";
export { decodeFloats, encodeFloats, isConvertibleFloat } from "./float-conversion.ts";
export {
  openSafetensors,
  type WriteModelOptions,
  writeSafetensorsModel,
} from "./model-files.ts";
export { SafetensorsFile } from "./reader.ts";
export type { WeightMap } from "./shard-index.ts";
export { MAX_INDEX_BYTES, parseShardIndex } from "./shard-index.ts";
export type {
  ElementRange,
  ReadOptions,
  Tensor,
  TensorInfo,
  TensorReader,
  TypedArray,
} from "./tensor.ts";
export { writeSafetensors } from "./writer.ts";
