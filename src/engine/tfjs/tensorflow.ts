/** The engine `tensorflow`: libtensorflow on the processor, through `@tensorflow/tfjs-node`. */
import type { Engine } from "../engine.ts";
import { loadNative, nativeEngine, whyUnavailable } from "./native.ts";

const environment = {
  // Errors and warnings only.
  TF_CPP_MIN_LOG_LEVEL: "1",
};

/** Why the engine cannot start, or null when it can be tried. */
export const whyNoTensorflow = (): string | null => whyUnavailable("tensorflow");

/**
 * @param threads all cores unless given; the library reads it once, when it is loaded.
 * @throws EngineError saying what is missing.
 */
export function startTensorflow(threads: number | null = null): Engine {
  const chosen = threads === null ? {} : { TF_NUM_INTRAOP_THREADS: String(threads) };
  const native = loadNative("tensorflow", { ...environment, ...chosen });
  return nativeEngine("tensorflow", native, "CPU");
}
