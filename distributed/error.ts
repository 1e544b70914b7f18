/** What goes wrong between processes. */
import { PathloomError } from "../errors/index.ts";

/**
 * MPI is not there, is of the wrong build, or failed.
 * @example
 * try {
 *   openCommunicator();
 * } catch (error) {
 *   if (!(error instanceof MpiError)) throw error;
 *   console.error(error.message);
 * }
 */
export class MpiError extends PathloomError {
  override readonly name: string = "MpiError";
  override readonly code: string = "ERR_MPI";
}

/**
 * Another rank failed, and says itself why: this one has nothing to add.
 * @example
 * await agreed(communicator, work).catch((error: unknown) => {
 *   if (error instanceof OtherRankError) console.error(`rank ${error.rank} failed`);
 * });
 */
export class OtherRankError extends PathloomError {
  override readonly name: string = "OtherRankError";
  override readonly code: string = "ERR_OTHER_RANK";
  /** The one that failed; of several the lowest. */
  readonly rank: number;
  /** Whether what was asked for cannot be, so that nothing was begun. */
  readonly isUsage: boolean;

  constructor(rank: number, message: string, isUsage: boolean) {
    super(`rank ${rank}: ${message}`);
    this.rank = rank;
    this.isUsage = isUsage;
  }
}
