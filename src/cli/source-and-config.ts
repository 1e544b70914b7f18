/** The model that a command's flags name and the configuration that goes with it. */
import { existsSync, realpathSync } from "node:fs";
import { type Config, loadConfig, type Override } from "../config/index.ts";
import { type ModelSource, modelSource, releasedModel, runConfigOf } from "../runs/index.ts";

export interface NamedModel {
  readonly run?: string;
  readonly model?: string;
  readonly adapter?: string;
}

export interface SourceAndConfig {
  readonly source: ModelSource;
  readonly config: Config;
}

/**
 * What the flags name, or the model that comes with Pathloom where they name none.
 * @param otherwise the configuration of what is no run.
 * @throws UsageError unless the flags name one model.
 */
export function sourceAndConfig(
  flags: NamedModel,
  overrides: readonly Override[],
  otherwise: () => Config,
): SourceAndConfig {
  const released = releasedModel();
  const [named, ...more] = [flags.run, flags.model, flags.adapter].flatMap((name) => name ?? []);
  const own = named === undefined || (released !== null && isSameFolder(named, released.folder));
  if (released !== null && own && more.length === 0 && flags.adapter === undefined) {
    const source = { model: released.folder, adapter: undefined };
    return { source, config: loadConfig(released.recipe, overrides) };
  }
  const source = modelSource(flags);
  return { source, config: runConfigOf(source, overrides) ?? otherwise() };
}

function isSameFolder(a: string, b: string): boolean {
  return existsSync(a) && realpathSync(a) === realpathSync(b);
}
