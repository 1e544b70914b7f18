/** Equal models are one: the optimiser's step is the same for parameters of every shape. */
import { createHash } from "node:crypto";
import { encodeModel, type OnnxModel } from "../onnx/lower/index.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import { type ModelOptions, OpenvinoModel } from "./model.ts";

interface Shared {
  readonly model: OpenvinoModel;
  users: number;
}

export interface SharedModel {
  readonly model: OpenvinoModel;
  /** Frees the model after its last user's call. @throws EngineError when a trace cannot be written. */
  release(): void;
}

const pool = new Map<string, Shared>();

/** The model, compiled when no one has it. @throws EngineError when the library refuses it. */
export function shareModel(
  environment: OpenvinoEnvironment,
  lowered: OnnxModel,
  options: ModelOptions,
): SharedModel {
  const digest = createHash("sha256").update(encodeModel(lowered)).digest("hex");
  const { name, threads, precision, profileFolder } = options;
  const key = JSON.stringify([digest, name, threads, precision, profileFolder]);
  const shared = pool.get(key) ?? {
    model: new OpenvinoModel(environment, lowered, options),
    users: 0,
  };
  shared.users++;
  pool.set(key, shared);
  const release = () => {
    shared.users--;
    if (shared.users > 0) return;
    pool.delete(key);
    shared.model.release();
  };
  return { model: shared.model, release };
}
