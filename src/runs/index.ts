/** A run, from a configuration to objects: its folder, lock, record, and what it saved, opened again. */

export {
  type GgufType,
  ggufTypes,
  type OnnxDtype,
  onnxDtypes,
  type SavedDtype,
} from "../../checkpoints/index.ts";
export {
  type Communicator,
  isCommon,
  openCommunicator,
  readLaunch,
} from "../../distributed/index.ts";
export type { Ask, RunRequest } from "./begin-run.ts";
export { type BegunRun, beginRun, beginTogether, requestedConfig } from "./begin-run.ts";
export { runStateOf } from "./checkpoints.ts";
export { type CompiledRun, compileRun } from "./compile-run.ts";
export { contextLengthOf, positionsPerStep } from "./context.ts";
export { type Continued, type ContinueRequest, continueIds } from "./debugging/continue-ids.ts";
export { parseIds } from "./debugging/ids.ts";
export { likeliest, type TokenLogits, tokenLogits } from "./debugging/token-logits.ts";
export {
  type EvaluatedModel,
  type EvaluatedWeights,
  type EvaluateRequest,
  evaluateRun,
} from "./evaluating/evaluate-run.ts";
export type { RunObserver, RunResult, RunStart, StepEvent } from "./events.ts";
export type { DemoSettings } from "./exporting/demo-folder.ts";
export {
  type Exported,
  type ExportFormat,
  type ExportRequest,
  exportFormats,
  exportModel,
} from "./exporting/export-model.ts";
export { filtersOf, withScorer } from "./filters.ts";
export {
  type ChangeRequest,
  changeFromRun,
  type DescribedFile,
  type DescribedFiles,
  type DescribeRequest,
  describeFromRun,
} from "./generating/from-drawings.ts";
export {
  type GeneratedDrawing,
  type GeneratedDrawings,
  type GenerateRequest,
  generateFromRun,
} from "./generating/generate-from-run.ts";
export { type InitializedProject, type InitRequest, initProject } from "./init-project.ts";
export type { DrawnStep } from "./inspecting/draw-step.ts";
export { type PassOptions, passMethods, passSteps } from "./inspecting/drawn-pass.ts";
export {
  type GraphRequest,
  type InspectOptions,
  inspectModel,
} from "./inspecting/inspect-model.ts";
export type {
  AdapterReport,
  GeneratingPlan,
  ModelReport,
  TrainingPlan,
} from "./inspecting/model-report.ts";
export { drawingTokenizerOf } from "./loading/drawing-tokenizer.ts";
export { type LoadedModel, loadModel, type ModelRequest } from "./loading/load-model.ts";
export { openBaseOf, openSource } from "./loading/locate-model.ts";
export type { SourceOptions } from "./loading/model-source.ts";
export { loadSource, type ModelSource } from "./loading/model-source.ts";
export { type NamedModel, type SourceAndConfig, sourceAndConfig } from "./loading/named-model.ts";
export { type ReleasedModel, releasedModel } from "./loading/released-model.ts";
export { type OpenGenerator, withGenerator } from "./loading/with-generator.ts";
export { drawOptions } from "./options.ts";
export type { DataOrigin, MeasuredSet, PreparedData } from "./prepare-data.ts";
export { measuredSet, prepareData, readDrawings, scoredDrawings } from "./prepare-data.ts";
export { type PreparedSummary, type PrepareRequest, prepareDrawings } from "./prepare-set.ts";
export type { OpenOptions, Pretrained } from "./pretrained.ts";
export { openPretrained } from "./pretrained.ts";
export { type DrawnEnd, drawEnd, promptsOf } from "./record/draw-end.ts";
export type { FinishedRun, FinishFiles } from "./record/finish-run.ts";
export { finishRun } from "./record/finish-run.ts";
export { measureDrawings } from "./record/measure-drawings.ts";
export type { RealDrawing } from "./record/real-drawings.ts";
export { RealDrawings, realDrawingsOf } from "./record/real-drawings.ts";
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
export type { RunLock } from "./run-lock.ts";
export { lockRun, RunLockedError } from "./run-lock.ts";
export { refuseOtherConfig } from "./run-origin.ts";
export type { ChosenTokenizer, NewTokens, VocabularyTexts } from "./tokenizer.ts";
export { canonicalOf, chooseTokenizer, pathOptionsOf } from "./tokenizer.ts";
export {
  type ComparedFile,
  type ComparedTotals,
  comparedTokenizers,
  comparedTotals,
  compareFiles,
} from "./tokenizing/compare.ts";
export type { SvgText } from "./tokenizing/svg-text.ts";
export {
  type FileLine,
  filesOf,
  showTokens,
  TotalCounter,
  type Totals,
  textsOf,
  tokenizeFiles,
} from "./tokenizing/tokenize-files.ts";
export {
  tokenizerOfConfig,
  tokenizerOfRecipe,
  tokenizerOfRun,
} from "./tokenizing/tokenizer-for.ts";
export { train } from "./train.ts";
export {
  type ReportedRun,
  type ReportOptions,
  type RunReport,
  trainAndReport,
} from "./train-and-report.ts";
export type { TrainOptions } from "./train-options.ts";
export { weightDtypeOf } from "./trainable-model.ts";
