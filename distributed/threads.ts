/** How many threads a process may take where others of its group share its processors. */
import { readFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import { gatherTexts } from "./agree.ts";
import type { Communicator } from "./communicator.ts";

/**
 * An equal share of the cores that this process may use, at least one. Launchers that bind each process
 * to cores of its own have shared them out already.
 * @example
 * const { engine } = await startEngine("onnx", { threads: shareOfCores(communicator) });
 */
export function shareOfCores(communicator: Communicator): number {
  const place = `${hostname()}/${allowedCores()}`;
  const sharing = gatherTexts(communicator, place).filter((each) => each === place).length;
  return Math.max(1, Math.floor(availableParallelism() / sharing));
}

/** As `0-3`; empty where the system does not say. */
function allowedCores(): string {
  try {
    return (
      /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? ""
    );
  } catch {
    return "";
  }
}
