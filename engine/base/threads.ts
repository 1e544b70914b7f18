/** Numbers of processor threads. */
import { availableParallelism } from "node:os";
import { EngineError } from "../engine.ts";

/**
 * How many an engine takes that is not told: what `PATHLOOM_THREADS` says, as where several programs share
 * a machine; all cores unless it is set. Whoever takes it checks it by {@link checkThreads}.
 */
export function defaultThreads(): number {
  const set = process.env.PATHLOOM_THREADS ?? "";
  return set === "" ? availableParallelism() : Number(set);
}

/** @throws EngineError unless it is a whole number above zero. */
export function checkThreads(engine: string, threads: number): void {
  if (Number.isInteger(threads) && threads >= 1) return;
  throw new EngineError(`the ${engine} engine needs a whole number of threads, got ${threads}`);
}

/** As `2 threads`. */
export const countThreads = (threads: number): string =>
  threads === 1 ? "1 thread" : `${threads} threads`;
