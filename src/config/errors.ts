/** Thrown for every fault of a configuration; the message is one line for its writer to read. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Each fault on its own; the first is the message. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[], options?: ErrorOptions) {
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
    super(`${faults[0] ?? "invalid configuration"}${more}`, options);
    this.faults = faults;
  }
}
