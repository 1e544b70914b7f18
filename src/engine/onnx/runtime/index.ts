/** ONNX Runtime through its C interface. */
export { type OrtEnvironment, ortEnvironment } from "./environment.ts";
export { PackedWeights } from "./packed-weights.ts";
export { type GivenTensors, OrtSession, type SessionOptions, sessionRuns } from "./session.ts";
export { type SharedSession, shareSession } from "./session-pool.ts";
export { OrtTensor } from "./tensor.ts";
