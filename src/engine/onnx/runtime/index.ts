/** ONNX Runtime through its C interface. */
export { type OrtEnvironment, ortEnvironment } from "./environment.ts";
export { OrtSession, type SessionOptions } from "./session.ts";
export { OrtTensor } from "./tensor.ts";
