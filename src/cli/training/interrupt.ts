/**
 * What asks a training to stop and save: Ctrl-C, the end of the terminal or of the session, and a
 * standard error that nobody reads any more, which is how the end of a pipe is heard.
 */
import { exitCode } from "../exit.ts";

export interface Interrupts {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  stop(): void;
}

/** A person who repeats these does not want to wait. A terminal that ends may send SIGHUP twice. */
const impatient = ["SIGINT", "SIGTERM"] as const;

/** @param onFirst called when the first signal comes. */
export function catchInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const ask = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    onFirst();
  };
  const insist = () => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    ask();
  };
  for (const name of impatient) process.on(name, insist);
  process.on("SIGHUP", ask);
  process.stderr.on("error", ask);
  return {
    signal: controller.signal,
    stop() {
      for (const name of impatient) process.off(name, insist);
      process.off("SIGHUP", ask);
      process.stderr.off("error", ask);
    },
  };
}
