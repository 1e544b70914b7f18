import { UsageError } from "../../errors/index.ts";

/**
 * Thrown for every fault of a configuration; the message is one line for its writer to read.
 * @example
 * try {
 *   loadConfig("my.yaml");
 * } catch (error) {
 *   if (!(error instanceof ConfigError)) throw error;
 *   for (const fault of error.faults) console.error(fault);
 * }
 */
export class ConfigError extends UsageError {
  override readonly name: string = "ConfigError";
  override readonly code: string = "ERR_CONFIG";
  /** Each fault on its own; the first is the message. */
  readonly faults: readonly string[];
  override readonly further: readonly string[];

  constructor(faults: readonly string[], options?: ErrorOptions) {
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
    super(`${faults[0] ?? "invalid configuration"}${more}`, options);
    this.faults = faults;
    this.further = faults.slice(1);
  }
}
