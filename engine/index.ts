/** The compute core: graphs, their gradients, and the engines that run them. Knows nothing of models. */

export {
  drawGraph,
  type FlopCount,
  flops,
  type GraphDrawOptions,
  type MemoryPlan,
  measurePeak,
  memoryPlan,
  printGraph,
} from "./analysis/index.ts";
export { gradients } from "./autodiff/index.ts";
export {
  type Buffer,
  type CompileOptions,
  type Engine,
  type EngineDescription,
  EngineError,
  type EngineMemory,
  type Mesh,
  type Precision,
  type Program,
} from "./engine.ts";
export { enginesFolder } from "./engines-folder.ts";
export * from "./graph/index.ts";
export {
  type FileTensor,
  modelFile,
  type OnnxAttribute,
  OnnxFile,
  type OnnxInitializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensorType,
  type OnnxType,
  type OnnxWriter,
  type OperationDomain,
  type PortableOptions,
  type Prelude,
  ProtobufMessage,
  portableModel,
  renameTensors,
  type Sizes,
  type TensorName,
  typeCodeOf,
} from "./onnx/index.ts";
export type { CrossEntropyAttributes } from "./ops/index.ts";
/**
 * The operations of the tensor language, primitives and composites, with their gradients.
 * @example
 * const graph = new Graph();
 * const x = graph.input("x", [4, 8]);
 * const y = ops.softmax(ops.multiply(ops.matmul(x, x, { transposeB: true }), 0.5));
 */
export * as ops from "./ops/index.ts";
export { type CheckpointOptions, checkpoint } from "./passes/index.ts";
export { ProgramCache } from "./program-cache.ts";
export { sitePackages } from "./python-packages.ts";
export {
  type EngineName,
  type EngineOptions,
  type EngineRegistration,
  engineNames,
  registrationOf,
} from "./registry.ts";
export { type EngineChoice, type StartedEngine, startEngine } from "./start.ts";
