/** The engine `cuda`: libtensorflow on an NVIDIA GPU, through `@tensorflow/tfjs-node-gpu`. */
import { type Engine, EngineError } from "../engine.ts";
import { loadNative, nativeEngine } from "./native.ts";

const environment = {
  TF_CPP_MIN_LOG_LEVEL: "1",
  // Memory is taken as it is needed; by default TensorFlow takes the whole card.
  TF_FORCE_GPU_ALLOW_GROWTH: "true",
  // The same seed gives the same weights: sums by index in a fixed order.
  TF_DETERMINISTIC_OPS: "1",
  // Products in float32, as the tensor language says; 1 allows the faster TF32 with 10 bits.
  NVIDIA_TF32_OVERRIDE: "0",
};

/** @throws EngineError saying what is missing; a machine on which TensorFlow sees no GPU is refused. */
export function startCuda(profileFolder?: string): Engine {
  const native = loadNative("cuda", environment);
  if (!native.usesGpu) {
    throw new EngineError(
      `the engine cuda cannot start: TensorFlow ${native.libtensorflow} sees no GPU (pathloom doctor says why)`,
    );
  }
  return nativeEngine("cuda", native, "NVIDIA GPU", profileFolder);
}
