/** From the options of a command to the model that they name, and the configuration of its run. */
import { existsSync } from "node:fs";
import type { Engine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { WeightDtype } from "../../../models/index.ts";
import type { Config, Override } from "../../config/index.ts";
import { configOf, openRun, runPaths } from "../run-folder.ts";
import { type LoadedModel, loadModel, loadSaved } from "./load-model.ts";

/** What options name: a run or a checkpoint of ours, or a model and an adapter over it. */
export type ModelSource =
  | { readonly run: string }
  | { readonly model: string | undefined; readonly adapter: string | undefined };

/** @throws UsageError unless the options name one model. */
export function modelSource({ run, model, adapter }: SourceOptions): ModelSource {
  const named = model !== undefined || adapter !== undefined;
  if (run !== undefined && !named) return { run };
  if (run === undefined && named) return { model, adapter };
  throw new UsageError(
    "name one model: --run runs/quickstart, or --model, or --adapter with or without --model",
  );
}

export interface SourceOptions {
  readonly run?: string | undefined;
  readonly model?: string | undefined;
  readonly adapter?: string | undefined;
}

/** The configuration of the run that is named; undefined where it is no run's folder. */
export function runConfigOf(
  source: ModelSource,
  overrides: readonly Override[],
): Config | undefined {
  if (!("run" in source) || !existsSync(runPaths(source.run).config)) return undefined;
  return configOf(source.run, overrides);
}

/** @throws UsageError, CheckpointError, HubError */
export function loadSource(
  engine: Engine,
  source: ModelSource,
  weightDtype: WeightDtype,
  notice: (message: string) => void,
): Promise<LoadedModel> {
  return "run" in source
    ? loadSaved(engine, openRun(source.run, notice), weightDtype)
    : loadModel(engine, { ...source, weightDtype, notice });
}
