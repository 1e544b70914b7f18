/** ONNX Runtime through its C interface. */
export { type OrtEnvironment, ortEnvironment } from "./environment.ts";
export { type FileTensor, OnnxFile } from "./onnx-file.ts";
export { PrepackedWeights } from "./packed-weights.ts";
export { type ConstantTensors, OrtSession, type SessionOptions, sessionRuns } from "./session.ts";
export { type SharedSession, shareSession } from "./session-pool.ts";
export { OrtTensor } from "./tensor.ts";
