/** What `log.jsonl` says as scalars of TensorBoard: its tags are chosen here alone. */
import type { LogRecord, MeasureRecord } from "../log.ts";
import { type Event, scalarEvent } from "./event.ts";

/** @param at seconds since 1970 */
export function recordEvent(record: LogRecord, at: number): Event {
  return scalarEvent({ step: record.step, at }, scalarsOf(record));
}

function scalarsOf(record: LogRecord): Record<string, number> {
  switch (record.kind) {
    case "step":
      return {
        "loss/train": record.loss,
        "train/learning_rate": record.learningRate,
        "train/gradient_norm": record.gradientNorm,
        "train/epoch": record.epoch,
        "speed/tokens_per_second": record.tokensPerSecond,
        "speed/share_of_peak": record.shareOfPeak,
        "memory/resident_bytes": record.residentBytes,
        "memory/live_bytes": record.liveBytes,
        ...prefixed("train/", record.figures ?? {}),
      };
    case "evaluation":
      return {
        "loss/held_out": record.natsPerToken,
        "bits_per_drawing/held_out": record.bitsPerDrawing,
        ...(record.objective === undefined ? {} : { "loss/held_out_objective": record.objective }),
        ...prefixed("evaluation/", record.figures ?? {}),
      };
    case "measure":
      return {
        ...likeness("trained", record.trained),
        ...likeness("held_out", record.heldOut),
        ...(record.captionTop1 === null ? {} : { "caption/top1": record.captionTop1 }),
        ...(record.captionMrr === null ? {} : { "caption/mrr": record.captionMrr }),
      };
  }
}

function likeness(part: string, figures: MeasureRecord["trained"]): Record<string, number> {
  return figures === null ? {} : prefixed(`likeness_${part}/`, figures);
}

function prefixed(by: string, figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [by + name, value]));
}
