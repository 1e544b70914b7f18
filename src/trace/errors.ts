/** What cannot be traced, or traced with. */
import { PathloomError } from "../../errors/index.ts";

/**
 * An image that cannot be traced, or a program that is not there to trace it. The message names the file.
 * @example
 * try {
 *   await traceImage("photo.png", { tokenizer });
 * } catch (error) {
 *   if (!(error instanceof TraceError)) throw error;
 *   console.error(error.message);
 * }
 */
export class TraceError extends PathloomError {
  override readonly name: string = "TraceError";
  override readonly code: string = "ERR_TRACE";
}
