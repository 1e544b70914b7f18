/** The model that a run starts from: a folder, a run of ours, or a model of the Hub. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  bestFolder,
  type Checkpoint,
  CheckpointError,
  type HubProgress,
  isAdapterFolder,
  listSteps,
  loadCheckpoint,
  resolveModel,
  stepFolder,
} from "../../checkpoints/index.ts";
import { releasedModel, releasedName } from "./loading/released-model.ts";

export interface Pretrained {
  readonly checkpoint: Checkpoint;
  /** An id of the Hub, or the absolute folder that the model lies in. */
  readonly source: string;
  /** Of the Hub: the commit that was taken; null for a folder. */
  readonly revision: string | null;
}

export interface OpenOptions {
  /** Of the Hub, to take instead of the newest: that of the run so far. */
  readonly revision?: string | null;
  /** Told of a download. */
  readonly onDownload?: (progress: HubProgress) => void;
}

/**
 * @param source as `model.from` has it.
 * @throws CheckpointError for a folder that holds no whole model.
 * @throws HubError for a model of the Hub that cannot be had.
 */
export async function openPretrained(
  source: string,
  { revision, onDownload }: OpenOptions = {},
): Promise<Pretrained> {
  // As recipes name it, wherever they are followed.
  const released = source === releasedName && !existsSync(source) ? releasedModel() : null;
  if (released !== null) return openPretrained(released.folder, { revision: revision ?? null });
  const pinned = typeof revision === "string" ? { revision } : {};
  const watched = onDownload === undefined ? {} : { onProgress: onDownload };
  const [id = ""] = source.split("@");
  const named = pinned.revision === undefined ? source : id;
  const found = await resolveModel(named, { ...pinned, ...watched });
  const folder = modelFolder(found.folder);
  if (isAdapterFolder(folder)) {
    throw new CheckpointError(
      "unsupported",
      folder,
      "this is an adapter, not a whole model; merge it first: pathloom export --help",
    );
  }
  const checkpoint = loadCheckpoint(folder, { acceptPlain: true });
  const { revision: commit } = found;
  return { checkpoint, revision: commit, source: commit === null ? resolve(folder) : id };
}

/** A run's best model, else its newest, where the folder is a run's. */
function modelFolder(folder: string): string {
  const checkpoints = join(folder, "checkpoints");
  if (!existsSync(checkpoints)) return folder;
  const best = bestFolder(checkpoints);
  const last = listSteps(checkpoints).at(-1);
  return existsSync(best) || last === undefined ? best : stepFolder(checkpoints, last);
}
