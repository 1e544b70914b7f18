/** Safetensors in and out, checkpoints in the Hugging Face layout, atomic saves, rotation. */
export {
  type AdapterBase,
  adapterTensors,
  type LoadedAdapter,
  loadAdapter,
  saveAdapter,
} from "./adapter.ts";
export { type FileSink, writeFileAtomically } from "./atomic-file.ts";
export { cleanLeftovers, locateFolder, writeFolderAtomically } from "./atomic-folder.ts";
export {
  type Checkpoint,
  type CheckpointContents,
  type LoadOptions,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";
export { CheckpointError, type CheckpointFault } from "./checkpoint-error.ts";
export { describeModel, type ModelDescription } from "./inspect.ts";
export {
  type ModelContents,
  modelContents,
  modelFromCheckpoint,
  readWeights,
  type SaveOptions,
} from "./model.ts";
export {
  bestFolder,
  copyCheckpoint,
  latestCheckpoint,
  listSteps,
  type RotationPolicy,
  saveStep,
  stepFolder,
} from "./rotation.ts";
export * from "./safetensors/index.ts";
export { StorageError, type StorageFault } from "./storage-error.ts";
export type { JsonObject, JsonValue } from "./strict-json.ts";
