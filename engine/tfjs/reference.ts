/**
 * The engine `reference`: TensorFlow.js's own JavaScript kernels. Slow and simple, the oracle that
 * the others are tested against; it sums in double precision.
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { Engine } from "../engine.ts";
import { kernels } from "./kernels/index.ts";
import { activate, type Runtime, silence } from "./runtime.ts";
import { TfjsEngine } from "./tfjs-engine.ts";

export function startReference(profileFolder?: string): Engine {
  silence();
  const runtime: Runtime = { tf, backend: "cpu", isAsynchronous: false };
  activate(runtime);
  const version = tf.version_core;
  const description = {
    name: "reference",
    summary: `TensorFlow.js ${version}, JavaScript kernels, 1 thread`,
    version,
    device: "CPU",
    threads: 1,
  };
  return new TfjsEngine(description, runtime, kernels, profileFolder);
}
