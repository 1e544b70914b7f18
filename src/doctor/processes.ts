/** Whether several processes can train together here: MPI's library and its launcher. */
import { findLauncher, howToInstall, lookForMpi } from "../../distributed/index.ts";

export interface ProcessesReport {
  /** As `Open MPI 4.1.4 (libmpi.so.40)`, most likely first. */
  readonly libraries: readonly string[];
  /** Libraries that are there and of no use, with why. */
  readonly refused: readonly string[];
  /** The program that starts several processes; null where there is none. */
  readonly launcher: string | null;
  /** What to do; null where all is there. */
  readonly next: string | null;
}

export function lookAtProcesses(): ProcessesReport {
  const { found, refused } = lookForMpi();
  const launcher = findLauncher();
  return {
    libraries: found.map(({ summary, file }) => `${summary} (${file})`),
    refused: refused.map(({ file, reason }) => `${file}: ${reason}`),
    launcher,
    next: found.length > 0 && launcher !== null ? null : howToInstall,
  };
}
