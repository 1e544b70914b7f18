/** Numbers of processor threads. */
import { EngineError } from "../engine.ts";

/** @throws EngineError unless it is a whole number above zero. */
export function checkThreads(engine: string, threads: number): void {
  if (Number.isInteger(threads) && threads >= 1) return;
  throw new EngineError(`the ${engine} engine needs a whole number of threads, got ${threads}`);
}

/** As `2 threads`. */
export const countThreads = (threads: number): string =>
  threads === 1 ? "1 thread" : `${threads} threads`;
