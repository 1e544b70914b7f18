/** The model that somebody names, or the one that comes with Pathloom, with its configuration. */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type Config, loadConfig, type Override } from "../../config/index.ts";
import { configOf, runPaths } from "../run-folder.ts";
import { type ModelSource, modelSource, runConfigOf } from "./model-source.ts";
import { releasedModel } from "./released-model.ts";

/** A run, or a model, an adapter or both; none of them is the model that comes with Pathloom. */
export interface NamedModel {
  /** A run's folder, or that of one of its checkpoints. */
  readonly run?: string | undefined;
  /** In place of a run: a model's folder, a run, or an id of the Hub. */
  readonly model?: string | undefined;
  /** A PEFT adapter, over `model` or over what its own file says. */
  readonly adapter?: string | undefined;
}

export interface SourceAndConfig {
  readonly source: ModelSource;
  readonly config: Config;
}

/**
 * What is named, with the configuration of its run.
 * @param overrides of keys of that configuration.
 * @param otherwise the configuration of what is no run.
 * @throws UsageError unless one model is named; ConfigError
 */
export function sourceAndConfig(
  named: NamedModel,
  overrides: readonly Override[],
  otherwise: () => Config,
): SourceAndConfig {
  const released = releasedModel();
  const [name, ...more] = [named.run, named.model, named.adapter].flatMap((each) => each ?? []);
  const own = name === undefined || (released !== null && isSameFolder(name, released.folder));
  if (released !== null && own && more.length === 0 && named.adapter === undefined) {
    const source = { model: released.folder, adapter: undefined };
    return { source, config: loadConfig(released.recipe, overrides) };
  }
  const source = modelSource(named);
  const run = named.adapter ?? named.model;
  const within = run === undefined ? undefined : runAround(run);
  const config =
    within === undefined ? runConfigOf(source, overrides) : configOf(within, overrides);
  return { source, config: config ?? otherwise() };
}

/** The run whose folder this is, or in which it is a checkpoint. */
function runAround(folder: string): string | undefined {
  const up = dirname(resolve(folder));
  const around = basename(up) === "checkpoints" ? [folder, dirname(up)] : [folder];
  return around.find((each) => existsSync(runPaths(each).config));
}

function isSameFolder(a: string, b: string): boolean {
  return existsSync(a) && realpathSync(a) === realpathSync(b);
}
