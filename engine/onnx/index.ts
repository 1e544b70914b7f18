/** The engine `onnx`: graphs lowered to ONNX models and run by ONNX Runtime. */
export { chosenTile } from "./calibration/index.ts";
export {
  modelFile,
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensorType,
  type OnnxType,
  type OperationDomain,
  ProtobufMessage,
  renameTensors,
  type TensorName,
  typeCodeOf,
} from "./lower/index.ts";
export { OnnxEngine, type OnnxEngineOptions } from "./onnx-engine.ts";
export {
  type OnnxWriter,
  type PortableOptions,
  type Prelude,
  portableModel,
  type Sizes,
} from "./portable/index.ts";
export type { OnnxProgram } from "./program.ts";
export { type FileTensor, OnnxFile } from "./runtime/index.ts";
export { tuningFor } from "./tuning.ts";
