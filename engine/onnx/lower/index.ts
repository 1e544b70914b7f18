/** From a graph to an ONNX model: how each operation is written, and the file. */
export { inputPort, lowerGraph, outputPort } from "./lower.ts";
export { lowerings, lowers } from "./lowerings/index.ts";
export { encodeModel, type OnnxModel, type OnnxNode, type OnnxPort, typeCodeOf } from "./model.ts";
export { modelFile } from "./model-file.ts";
export { ProtobufMessage } from "./protobuf.ts";
