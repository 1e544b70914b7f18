/** What cannot be traced, or traced with. */
import { PathloomError } from "../../errors/index.ts";

/**
 * Whose fault it is: the image's, which is so for ever; the machine's, which may pass, as when a program takes
 * too long or is killed; or a program's or package's that is not there, without which no image is traced.
 */
export type TraceFault = "image" | "machine" | "program";

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
  readonly fault: TraceFault;

  constructor(message: string, options: ErrorOptions & { readonly fault?: TraceFault } = {}) {
    const { fault = "image", ...rest } = options;
    super(message, rest);
    this.fault = fault;
  }
}
