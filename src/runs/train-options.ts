/** What a training run is asked for. */

import type { Communicator } from "../../distributed/index.ts";
import type { Config } from "../config/index.ts";
import type { RunObserver } from "./events.ts";
import type { RunLock } from "./run-lock.ts";

/**
 * What a run is trained from, where it lies, and who watches it.
 * @example
 * const stop = new AbortController();
 * const options: TrainOptions = { config, folder: "runs/icons", resume: true, signal: stop.signal };
 * setTimeout(() => stop.abort(), 60_000);
 * const { outcome } = await train(options);
 */
export interface TrainOptions {
  readonly config: Config;
  /** The run's folder, as `runs/quickstart`; checkpoints are written into it. */
  readonly folder: string;
  /** Go on from the folder's newest whole checkpoint, with the configuration it was begun with. */
  readonly resume: boolean;
  /** Of the folder, where the caller has begun the run and releases it afterwards. */
  readonly lock?: RunLock;
  /** That this part of the run may take, in place of the configuration's for all parts together. */
  readonly minutes?: number | null;
  readonly observer?: RunObserver;
  /** Stops after the step that is being made, and saves. */
  readonly signal?: AbortSignal;
  /**
   * Processes that train this run together, by `openCommunicator` of `pathloom/distributed`; each calls
   * `train` with the same configuration, and rank 0 writes. This one alone unless given.
   */
  readonly communicator?: Communicator;
  /** An existing folder into which the engine writes a Chrome trace of every program. */
  readonly profileFolder?: string;
}
