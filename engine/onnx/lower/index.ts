/** From a graph to an ONNX model: how each operation is written, and the file. */
export { inputPort, type LowerOptions, lowerGraph, outputPort } from "./lower.ts";
export { lowerings, lowers, lowersWith } from "./lowerings/index.ts";
export {
  encodeModel,
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensorType,
  type OnnxType,
  type OperationDomain,
  typeCodeOf,
} from "./model.ts";
export { modelFile } from "./model-file.ts";
export {
  allOperators,
  type Operators,
  operatorOf,
  type PrivateOperator,
  privateOperators,
} from "./operators.ts";
export { ProtobufMessage } from "./protobuf.ts";
export { renameTensors } from "./rename.ts";
export { type LoweringTarget, ModelWriter, type TensorName } from "./writer.ts";
