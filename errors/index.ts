/**
 * The base of all errors that Pathloom throws on purpose, so that a program tells them from mistakes
 * by one `instanceof`. The message is one line: what was wrong, where, and what to do.
 *
 * @example
 * try {
 *   await train({ config, folder: "runs/icons", resume: false });
 * } catch (error) {
 *   if (!(error instanceof PathloomError)) throw error;
 *   console.error(`${error.code}: ${error.message}`);
 * }
 */
export class PathloomError extends Error {
  override readonly name: string = "PathloomError";
  /** Stays the same when a message is worded anew; as `ERR_CHECKPOINT`. */
  readonly code: string = "ERR_PATHLOOM";
  /** What else is wrong beside what the message says, a line each. */
  readonly further: readonly string[] = [];
}

/**
 * What was asked for cannot be: a flag, a key, a path or a name that does not fit. Nothing was begun.
 * The command line ends with exit code 2.
 * @example
 * try {
 *   openRun("runs/nothing", console.warn);
 * } catch (error) {
 *   if (!(error instanceof UsageError)) throw error;
 *   process.exitCode = 2;
 * }
 */
export class UsageError extends PathloomError {
  override readonly name: string = "UsageError";
  override readonly code: string = "ERR_USAGE";
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
