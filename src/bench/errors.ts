/** What is asked of the bench cannot be measured, or not here; the message says what to do. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
