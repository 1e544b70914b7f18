/** Equal models are one: the optimiser's step is the same for parameters of every shape. */
import { createHash } from "node:crypto";
import { type Shared, SharedPool } from "../base/index.ts";
import { encodeModel, type OnnxModel } from "../onnx/lower/index.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import { type ModelOptions, OpenvinoModel } from "./model.ts";

const pool = new SharedPool<OpenvinoModel>();

/** Its release throws EngineError when a trace cannot be written. */
export type SharedModel = Shared<OpenvinoModel>;

/** The model, compiled when no one has it. @throws EngineError when the library refuses it. */
export function shareModel(
  environment: OpenvinoEnvironment,
  lowered: OnnxModel,
  options: ModelOptions,
): SharedModel {
  const digest = createHash("sha256").update(encodeModel(lowered)).digest("hex");
  const { name, threads, precision, profileFolder } = options;
  const key = JSON.stringify([digest, name, threads, precision, profileFolder]);
  return pool.share(key, () => new OpenvinoModel(environment, lowered, options));
}
