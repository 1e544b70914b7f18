/** Ctrl-C: the first asks to stop and save, the second stops at once. */
import { exitCode } from "../exit.ts";

export interface Interrupts {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  stop(): void;
}

/** @param onFirst called when the first signal comes. */
export function catchInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort();
    onFirst();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return {
    signal: controller.signal,
    stop() {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    },
  };
}
