/** Sessions of equal models are one: the optimiser's step is the same for parameters of every shape. */
import { createHash } from "node:crypto";
import type { OrtEnvironment } from "./environment.ts";
import { type ModelPorts, OrtSession, type SessionOptions } from "./session.ts";

interface Shared {
  readonly session: OrtSession;
  users: number;
}

const pool = new Map<string, Shared>();

export interface SharedSession {
  readonly session: OrtSession;
  /** Frees the session after its last user's call. */
  release(): void;
}

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
  const shared = pool.get(key) ?? {
    session: new OrtSession(environment, name, model, ports, options),
    users: 0,
  };
  shared.users++;
  pool.set(key, shared);
  const release = () => {
    shared.users--;
    if (shared.users > 0) return;
    pool.delete(key);
    shared.session.release();
  };
  return { session: shared.session, release };
}
