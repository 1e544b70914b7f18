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
