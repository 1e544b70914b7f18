/** A few steps of a recipe under the profiler, in a folder that is gone afterwards. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config/index.ts";
import { train } from "../runs/index.ts";
import { type Profile, profiled } from "./profiled.ts";

/** A trace holds every operation of every step: more would only make it large. */
const steps = 10;

/** @param file where the trace goes; true takes `trace.json`. */
export async function profileTraining(
  config: Config,
  file: string | true,
  notice: (text: string) => void,
): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), "pathloom-run-"));
  const rare = { evalEvery: null, saveEvery: null, sampleEvery: null };
  const short = { ...config, train: { ...config.train, ...rare, steps, epochs: null } };
  const observer = { onPhase: notice, onNotice: notice };
  try {
    return await profiled(file, (profileFolder) =>
      train({ config: short, folder, resume: false, observer, profileFolder }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
