/** Errors of a library that computes, as ours. */
import { EngineError } from "../engine.ts";

/** An error that says first what was being done. */
export function explain(what: string, cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(`${what}: ${why}`, { cause });
}
