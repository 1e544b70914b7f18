/** What goes wrong when drawings are measured. */
import { PathloomError } from "../../errors/index.ts";

/** A model, file or set of drawings that a metric needs and that is not what it should be. */
export class MetricError extends PathloomError {
  override readonly name: string = "MetricError";
  override readonly code: string = "ERR_METRIC";
}
