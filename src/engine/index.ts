/** The compute core: graphs, their gradients, and the engines that run them. Knows nothing of models. */
export { gradients } from "./autodiff/index.ts";
export {
  type Buffer,
  type CompileOptions,
  type Engine,
  type EngineDescription,
  EngineError,
  type EngineMemory,
  type Program,
} from "./engine.ts";
export * from "./graph/index.ts";
export * as ops from "./ops/index.ts";
export { ProgramCache } from "./program-cache.ts";
