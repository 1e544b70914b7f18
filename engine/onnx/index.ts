/** The engine `onnx`: graphs lowered to ONNX models and run by ONNX Runtime. */
export { ProtobufMessage } from "./lower/index.ts";
export { OnnxEngine, type OnnxEngineOptions } from "./onnx-engine.ts";
export type { OnnxProgram } from "./program.ts";
