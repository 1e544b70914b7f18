/** Sessions of equal models are one: the optimiser's step is the same for parameters of every shape. */
import { createHash } from "node:crypto";
import { type Shared, SharedPool } from "../../base/index.ts";
import type { OrtEnvironment } from "./environment.ts";
import { type ModelPorts, OrtSession, type SessionOptions } from "./session.ts";

const pool = new SharedPool<OrtSession>();

export type SharedSession = Shared<OrtSession>;

/** The session of a model, loaded when no one has it. @throws EngineError */
export function shareSession(
  environment: OrtEnvironment,
  name: string,
  model: Uint8Array,
  ports: ModelPorts,
  options: SessionOptions,
): SharedSession {
  const digest = createHash("sha256").update(model).digest("hex");
  const key = `${digest} ${options.threads} ${options.profilePrefix ?? ""}`;
  return pool.share(key, () => new OrtSession(environment, name, model, ports, options));
}
