import { PathloomError } from "../../errors/index.ts";

/** What is asked of the bench cannot be measured, or not here; the message says what to do. */
export class BenchError extends PathloomError {
  override readonly name: string = "BenchError";
  override readonly code: string = "ERR_BENCH";
}
