/** JSON beside a model's weights, refused by file where it is not what it should be. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { MetricError } from "../errors.ts";

const mostBytes = 64 * 1024 * 1024;

/**
 * @param what it holds, for the error.
 * @throws MetricError naming the file.
 */
export function readJson<T>(file: string, what: string, read: (json: unknown) => T): T {
  if (!existsSync(file)) {
    throw new MetricError(`${file}: there is no such file; is ${dirname(file)} the right folder?`);
  }
  try {
    if (statSync(file).size > mostBytes) throw new RangeError(`over ${mostBytes} bytes`);
    return read(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = String((error as Error).message)
      .replaceAll(/\s+/g, " ")
      .slice(0, 200);
    throw new MetricError(`${file}: it does not say ${what}: ${reason}`, { cause: error });
  }
}
