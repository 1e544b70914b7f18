/** From what people name a model by to a folder: a run, a checkpoint, a model, an id of the Hub. */

import { existsSync } from "node:fs";
import {
  type AdapterCheckpoint,
  type Checkpoint,
  CheckpointError,
  isAdapterFolder,
  openSavedModel,
  type SavedModel,
} from "../../../checkpoints/index.ts";
import { LoadingBar } from "../../report/index.ts";
import { runStateOf } from "../checkpoints.ts";
import { type OpenOptions, openPretrained } from "../pretrained.ts";
import { openRun, runPaths } from "../run-folder.ts";

/**
 * Opens a model, or an adapter with which a run was saved.
 * @param source a run, a checkpoint, a folder in the Hugging Face layout, or an id of the Hub
 * @throws UsageError, CheckpointError, HubError
 */
export async function openSource(
  source: string,
  notice: (message: string) => void,
): Promise<SavedModel> {
  if (isRunFolder(source)) return openRun(source, notice);
  if (isAdapterFolder(source)) return openSavedModel(source, { acceptPlain: true });
  return { ...(await openPretrained(source, watchedDownload())).checkpoint, kind: "whole" };
}

/**
 * The whole model that an adapter is over.
 * @param named instead of what the adapter's own files say
 * @throws CheckpointError where they do not say it
 */
export async function openBaseOf(adapter: AdapterCheckpoint, named?: string): Promise<Checkpoint> {
  const options = watchedDownload();
  if (named !== undefined) return (await openPretrained(named, options)).checkpoint;
  const state = runStateOf(adapter)?.base;
  const source = state?.source ?? adapter.base;
  if (source !== null) {
    const pinned = { ...options, revision: state?.revision ?? null };
    return (await openPretrained(source, pinned)).checkpoint;
  }
  throw new CheckpointError(
    "incomplete",
    adapter.folder,
    "it does not say which model it is for; name it by --model",
  );
}

/** Shows a bar while a model is received. */
function watchedDownload(): Pick<OpenOptions, "onDownload"> {
  const bar = new LoadingBar(process.stderr, "downloading");
  return {
    onDownload({ received, total }) {
      bar.update(received, total);
      if (received === total) bar.finish();
    },
  };
}

function isRunFolder(folder: string): boolean {
  const { checkpoints, config } = runPaths(folder);
  return existsSync(checkpoints) || existsSync(config);
}
