/** The engine `tensorflow`: libtensorflow on the processor, through `@tensorflow/tfjs-node`. */
import type { Engine } from "../engine.ts";
import { loadNative, nativeEngine } from "./native.ts";

const environment = {
  // Errors and warnings only.
  TF_CPP_MIN_LOG_LEVEL: "1",
};

/**
 * @param threads null leaves it to `TF_NUM_INTRAOP_THREADS`, and all cores without that.
 * @throws EngineError saying what is missing, and when the library already runs in this process with
 * another number of threads: it reads the number once.
 */
export function startTensorflow(threads: number | null = null, profileFolder?: string): Engine {
  const native = loadNative("tensorflow", environment, threads);
  return nativeEngine("tensorflow", native, "CPU", profileFolder);
}
