/** Safetensors in and out, checkpoints in the Hugging Face layout, atomic saves, rotation. */

export { decoderOf } from "./decoder-of.ts";
export { type FileSink, writeFileAtomically, writeTextAtomically } from "./files/atomic-file.ts";
export { cleanLeftovers, locateFolder, writeFolderAtomically } from "./files/atomic-folder.ts";
export type { BlockSums, SumsOf } from "./files/block-sums.ts";
export { CheckpointError, type CheckpointFault } from "./files/checkpoint-error.ts";
export {
  checkReplaceable,
  OverwriteError,
  type OverwriteFault,
  type Replace,
  type ReplaceOptions,
} from "./files/overwrite.ts";
export { StorageError, type StorageFault } from "./files/storage-error.ts";
export type { JsonObject, JsonValue } from "./files/strict-json.ts";
export { GgufError } from "./gguf/gguf-error.ts";
export { type GgufContents, saveGguf } from "./gguf/save.ts";
export { type GgufType, ggufTypes } from "./gguf/writer.ts";
export * from "./hub/index.ts";
export {
  ChatTemplateError,
  type ChatWords,
  chatTemplateOf,
  chatTemplates,
} from "./huggingface/chat-templates.ts";
export {
  type Checkpoint,
  type CheckpointContents,
  type CheckpointFiles,
  type LoadOptions,
  loadCheckpoint,
  saveCheckpoint,
} from "./huggingface/checkpoint.ts";
export { describeModel, type ModelDescription } from "./huggingface/inspect.ts";
export {
  type ModelContents,
  modelContents,
  modelFromCheckpoint,
  readWeights,
  type SavedDtype,
  type SaveOptions,
  weightsOf,
} from "./huggingface/model.ts";
export {
  bestFolder,
  copyCheckpoint,
  latestCheckpoint,
  listSteps,
  type RotationPolicy,
  saveStep,
  stepFolder,
} from "./huggingface/rotation.ts";
export {
  type AdapterCheckpoint,
  isAdapterFolder,
  openSavedModel,
  type SavedModel,
  saveAdapterCheckpoint,
} from "./huggingface/saved-model.ts";
export type { SpecialIds } from "./huggingface/tokenizer-config.ts";
export { endTokens, type TokenizerSettings } from "./huggingface/tokenizer-config.ts";
export { decoderModel } from "./onnx/decoder-model.ts";
export { type OnnxDtype, onnxDtypes, onnxFiles } from "./onnx/precision.ts";
export { type OnnxContents, onnxModelBytes, saveOnnx } from "./onnx/save.ts";
export {
  type AdaptedModel,
  type AdaptedOptions,
  type AdapterTokens,
  adaptedModel,
  loadedAdapterName,
  withRows,
} from "./peft/adapted-model.ts";
export {
  type AdapterBase,
  adapterTensors,
  type LoadedAdapter,
  loadAdapter,
  openAdapterTensors,
  readAdapterConfig,
  saveAdapter,
} from "./peft/adapter.ts";
export type { PeftConfig, SavedRows } from "./peft/peft-config.ts";
export * from "./safetensors/index.ts";
