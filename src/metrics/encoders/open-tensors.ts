/** A file of weights. */
import { existsSync } from "node:fs";
import { SafetensorsFile } from "../../../checkpoints/index.ts";
import { MetricError } from "../errors.ts";

/** @throws MetricError where it is not there; SafetensorsError for a damaged one. */
export function openTensors(file: string): SafetensorsFile {
  if (!existsSync(file)) throw new MetricError(`${file}: there is no such file`);
  return SafetensorsFile.open(file);
}
