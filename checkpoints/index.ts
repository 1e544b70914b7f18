/** Safetensors in and out, checkpoints in the Hugging Face layout, atomic saves, rotation. */

export {
  type AdaptedModel,
  type AdaptedOptions,
  type AdapterTokens,
  adaptedModel,
  loadedAdapterName,
  withRows,
} from "./adapted-model.ts";
export {
  type AdapterBase,
  adapterTensors,
  type LoadedAdapter,
  loadAdapter,
  readAdapterConfig,
  saveAdapter,
} from "./adapter.ts";
export { type FileSink, writeFileAtomically } from "./atomic-file.ts";
export { cleanLeftovers, locateFolder, writeFolderAtomically } from "./atomic-folder.ts";
export {
  type Checkpoint,
  type CheckpointContents,
  type CheckpointParts,
  type LoadOptions,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";
export { CheckpointError, type CheckpointFault } from "./checkpoint-error.ts";
export { decoderOf } from "./decoder-of.ts";
export * from "./hub/index.ts";
export { describeModel, type ModelDescription } from "./inspect.ts";
export {
  type ModelContents,
  modelContents,
  modelFromCheckpoint,
  readWeights,
  type SavedDtype,
  type SaveOptions,
  weightsOf,
} from "./model.ts";
export {
  checkReplaceable,
  OverwriteError,
  type OverwriteFault,
  type Replace,
  type ReplaceOptions,
} from "./overwrite.ts";
export {
  bestFolder,
  copyCheckpoint,
  latestBy,
  latestCheckpoint,
  listSteps,
  type RotationPolicy,
  saveStep,
  saveStepBy,
  stepFolder,
} from "./rotation.ts";
export * from "./safetensors/index.ts";
export {
  type AdapterCheckpoint,
  isAdapterFolder,
  openSavedModel,
  type SavedModel,
  saveAdapterCheckpoint,
} from "./saved-model.ts";
export { StorageError, type StorageFault } from "./storage-error.ts";
export type { JsonObject, JsonValue } from "./strict-json.ts";
