/**
 * Pathloom as a library: the names that most programs need, chosen by hand. Everything else stands
 * under `pathloom/svg`, `/engine`, `/tokenizer`, `/models`, `/checkpoints` and `/data`.
 */

// Load and save
export {
  CheckpointError,
  openSavedModel,
  resolveModel,
  type SavedModel,
  StorageError,
} from "../checkpoints/index.ts";
// Compute
export {
  type Engine,
  EngineError,
  Graph,
  gradients,
  ops,
  startEngine,
  type Value,
} from "../engine/index.ts";
// Errors
export { PathloomError, UsageError } from "../errors/index.ts";
// Models
export { type DecoderConfig, generate, type LoraConfig, Model, newLora } from "../models/index.ts";
// Draw
export {
  type CanonicalOptions,
  canonicalise,
  type Drawing,
  drawingsEqual,
  type ParsedDrawing,
  parseDrawing,
  printDrawing,
  SvgError,
} from "../svg/index.ts";
// Tokenize
export {
  type Automaton,
  createOmniSvgTokenizer,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  DecodeError,
  EncodeError,
  encodePrompt,
  encodeSample,
  type PathOptions,
  type SvgTokenizer,
  strokeIconOptions,
  tokenizerFromJSON,
} from "../tokenizer/index.ts";
// Train
export { DivergenceError, Trainer } from "../trainers/index.ts";

// Compare
export {
  type ComparedRun,
  type CompareOptions,
  compare,
  compareRuns,
} from "./compare/index.ts";
// Configure
export {
  type Config,
  ConfigError,
  type ConfigInput,
  loadConfig,
  resolveConfig,
} from "./config/index.ts";
// Measure
export {
  drawingLogLikelihoods,
  heldOutScore,
  IconSet,
  type Measure,
  measure,
  ngramBaselines,
  roundTrip,
} from "./evaluate/index.ts";
// Generate
export { type DrawnDrawing, type DrawOptions, SvgGenerator } from "./generate/index.ts";
// Judge drawings
export { type JudgeOptions, judgeSystems } from "./judge/index.ts";
// Learn from its own drawings
export {
  type RejectionOptions,
  type RejectionResult,
  type RoundRecord,
  rejectionSampling,
} from "./rejection/index.ts";
export { RewardError, type RewardFunction, type RewardSample } from "./rewards/index.ts";
export {
  evaluateRun,
  exportModel,
  generateFromRun,
  type LoadedModel,
  loadModel,
  openRun,
  type RunObserver,
  type RunResult,
  type RunStart,
  type StepEvent,
  type TrainOptions,
  train,
} from "./runs/index.ts";
// Serve
export { type RunningServer, type ServeOptions, serve } from "./serve/index.ts";
export { type SweepOptions, type SweepResult, sweep } from "./sweep/index.ts";
