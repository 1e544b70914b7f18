/** A run, from a configuration to objects: its folder, lock, record, and what it saved, opened again. */

export { type BegunRun, beginRun, requestedConfig } from "./begin-run.ts";
export { runStateOf } from "./checkpoints.ts";
export { contextLengthOf, positionsPerStep } from "./context.ts";
export type { RunObserver, RunResult, RunStart, StepEvent } from "./events.ts";
export { type ExportFormat, exportModel } from "./exporting/export-model.ts";
export { type InitializedProject, type InitRequest, initProject } from "./init-project.ts";
export { drawingTokenizerOf } from "./loading/drawing-tokenizer.ts";
export { parseIds } from "./loading/ids.ts";
export { type LoadedModel, loadModel, type ModelRequest } from "./loading/load-model.ts";
export { openBaseOf, openSource } from "./loading/locate-model.ts";
export { loadSource, type ModelSource, modelSource, runConfigOf } from "./loading/model-source.ts";
export { type ReleasedModel, releasedModel } from "./loading/released-model.ts";
export { type OpenGenerator, withGenerator } from "./loading/with-generator.ts";
export { drawOptions } from "./options.ts";
export { measuredSet, prepareData, readDrawings, scoredDrawings } from "./prepare-data.ts";
export { type PreparedSummary, type PrepareRequest, prepareDrawings } from "./prepare-set.ts";
export { openPretrained } from "./pretrained.ts";
export { contrastsOf, type DrawnEnd, drawEnd, promptsOf } from "./record/draw-end.ts";
export { finishRun } from "./record/finish-run.ts";
export { measureDrawings } from "./record/measure-drawings.ts";
export { realDrawingsOf } from "./record/real-drawings.ts";
export { RunRecorder } from "./record/run-recorder.ts";
export { sampleFile } from "./record/sample-files.ts";
export {
  checkRunName,
  configOf,
  holdsRun,
  moveAside,
  openRun,
  runNameOf,
  runPaths,
} from "./run-folder.ts";
export { lockRun, RunLockedError } from "./run-lock.ts";
export { refuseOtherConfig } from "./run-origin.ts";
export { canonicalOf, chooseTokenizer, pathOptionsOf } from "./tokenizer.ts";
export { train } from "./train.ts";
export type { TrainOptions } from "./train-options.ts";
export { weightDtypeOf } from "./trainable-model.ts";
