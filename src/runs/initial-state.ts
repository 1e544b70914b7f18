/** Opens what a run starts from: its own last checkpoint, a pretrained model, both or neither. */

import type { SavedModel } from "../../checkpoints/index.ts";
import type { Config } from "../config/index.ts";
import { openLatest, runStateOf } from "./checkpoints.ts";
import { openPretrained, type Pretrained } from "./pretrained.ts";
import { refuseOtherConfig } from "./run-origin.ts";
import type { TrainOptions } from "./train-options.ts";

/** The files that a run starts from, opened. */
export interface InitialState {
  /** The run's own last checkpoint; null for a new run. */
  readonly resumed: SavedModel | null;
  readonly pretrained: Pretrained | null;
}

/** @throws ConfigError where the run was begun with another configuration; CheckpointError, HubError */
export async function openInitialState({
  config,
  folder,
  resume,
  observer,
}: TrainOptions): Promise<InitialState> {
  const notice = (text: string) => observer?.onNotice?.(text);
  const resumed = resume ? openLatest(folder, notice) : null;
  if (resumed !== null) refuseOtherOrigin(folder, resumed, config);
  const { from } = config.model;
  if (from === null) return { resumed, pretrained: null };
  try {
    const base = resumed === null ? null : runStateOf(resumed)?.base;
    observer?.onPhase?.(`opening ${from}`);
    return {
      resumed,
      pretrained: await openPretrained(base?.source ?? from, {
        revision: base?.revision ?? null,
        onDownload: ({ received, total }) => observer?.onProgress?.("downloading", received, total),
      }),
    };
  } catch (error) {
    resumed?.close();
    throw error;
  }
}

/** Of what is known before the drawings are read. */
function refuseOtherOrigin(folder: string, resumed: SavedModel, config: Config): void {
  try {
    const origin = runStateOf(resumed)?.origin;
    if (origin) refuseOtherConfig(folder, origin.config, config, "in its config.yaml");
  } catch (error) {
    resumed.close();
    throw error;
  }
}
