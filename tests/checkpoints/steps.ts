/** Runs of plain checkpoints. */
import {
  type Checkpoint,
  type CheckpointContents,
  latestCheckpoint,
  loadCheckpoint,
  type RotationPolicy,
  saveCheckpoint,
  saveStep,
} from "../../checkpoints/index.ts";

export function savePlainStep(
  run: string,
  step: number,
  contents: CheckpointContents,
  policy: RotationPolicy,
): string {
  return saveStep(
    run,
    step,
    (folder, options) => saveCheckpoint(folder, contents, options),
    policy,
  );
}

export function latestPlain(
  run: string,
  notice: (message: string) => void,
): Checkpoint | undefined {
  return latestCheckpoint(run, loadCheckpoint, notice);
}
