/** What cannot be synthesised at all. */
import { PathloomError } from "../../errors/index.ts";

/**
 * A server that refuses every request, as for want of a key. What one request meets is counted instead.
 * @example
 * try {
 *   await synthesize({ captions: "captions.txt", folder: "sets/made", config, notice: console.warn });
 * } catch (error) {
 *   if (!(error instanceof SynthesizeError)) throw error;
 *   console.error(error.message);
 * }
 */
export class SynthesizeError extends PathloomError {
  override readonly name: string = "SynthesizeError";
  override readonly code: string = "ERR_SYNTHESIZE";
}

/** Why a request, or an item, came to nothing; the item is counted by it. */
export class ItemFault extends Error {
  override readonly name: string = "ItemFault";
  /** Whether the next call of the command may fare better, as when a budget is used up. */
  readonly mayPass: boolean;

  constructor(reason: string, mayPass: boolean) {
    super(reason);
    this.mayPass = mayPass;
  }
}
