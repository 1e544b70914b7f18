/** Engines that interpret a graph with TensorFlow.js, and what they need of a machine. */
export { startCuda, whyNoCuda } from "./cuda.ts";
export { diagnose, type Finding } from "./diagnose.ts";
export { type CudaRepair, planCudaRepair, repairCuda } from "./fix-cuda.ts";
export { machineProbe, type Probe } from "./probe.ts";
export { startReference } from "./reference.ts";
export { startTensorflow, whyNoTensorflow } from "./tensorflow.ts";
export { TfjsEngine } from "./tfjs-engine.ts";
