/** Steps at which something was wrong, told in a line and kept in `trouble.jsonl` of the run's folder. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { TokenDataset } from "../../../data/index.ts";
import type { StepEvent } from "../events.ts";

/** @returns the line; null where nothing was wrong. */
export function recordTrouble(
  folder: string,
  event: StepEvent,
  train: TokenDataset,
): string | null {
  const { trouble, step, loss, gradientNorm } = event;
  if (trouble === null) return null;
  const samples = trouble.suspects.map(({ choice, loss }) => ({
    id: choice === null ? null : train.id(choice.sample),
    caption: choice === null ? null : (train.captions(choice.sample)[choice.caption] ?? null),
    loss: figure(loss),
  }));
  const { kind, usual } = trouble;
  const record = { step, kind, loss: figure(loss), usual, gradientNorm: figure(gradientNorm) };
  appendFileSync(join(folder, "trouble.jsonl"), `${JSON.stringify({ ...record, samples })}\n`);
  const most = samples
    .slice(0, 3)
    .map(
      ({ id, loss }) =>
        `${id ?? "a sample"} (${typeof loss === "number" ? loss.toFixed(2) : loss})`,
    );
  const worst = most.length === 0 ? "" : `; costliest: ${most.join(", ")}`;
  return kind === "spike"
    ? `step ${step}: the loss is ${loss.toFixed(2)}, where ${usual?.toFixed(2)} is usual${worst}`
    : `step ${step}: loss ${loss}, gradient norm ${gradientNorm}; its update was skipped${worst}`;
}

/** JSON has no infinity: what is no finite number is a word. */
const figure = (value: number): number | string => (Number.isFinite(value) ? value : `${value}`);
