/**
 * `log.jsonl`: what a run measured, a JSON object a line, appended as it happens. A run that is
 * resumed first cuts off the lines after the step it resumes from, so that no step is told twice.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { writeTextAtomically } from "../../checkpoints/index.ts";

/** Seconds since 1970; earlier versions did not say it. */
const at = z.number().optional();

const stepRecord = z.object({
  kind: z.literal("step"),
  step: z.number(),
  at,
  /** Mean over the target tokens of the step, in nats. */
  loss: z.number(),
  learningRate: z.number(),
  /** Before clipping. */
  gradientNorm: z.number(),
  /** Passes over the training drawings so far. */
  epoch: z.number(),
  /** Tokens learned from in a second, without padding. */
  tokensPerSecond: z.number(),
  /** Of the machine's measured matrix-product speed, 0 to 1. */
  shareOfPeak: z.number(),
  /** Since this part of the run began. */
  seconds: z.number(),
  /** Resident memory of the process in bytes. */
  residentBytes: z.number(),
  /** Tensors alive on the engine, and their bytes: flat, or something leaks. */
  liveTensors: z.number(),
  liveBytes: z.number(),
  /** Further means over the step, by name: those of DPO's pairs. */
  figures: z.record(z.string(), z.number()).optional(),
});

const evaluationRecord = z.object({
  kind: z.literal("evaluation"),
  step: z.number(),
  at,
  natsPerToken: z.number(),
  bitsPerDrawing: z.number(),
  /** What training lowers, where that is not nats a token: DPO's loss a pair. */
  objective: z.number().optional(),
  best: z.boolean(),
  /** Of the averaged weights, where an average is kept. */
  averageNatsPerToken: z.number().optional(),
  /** Of drawings made for `train.bestMetric`, where it asks for any, or of pairs. */
  figures: z.record(z.string(), z.number()).optional(),
});

/** Shares, 0 to 1; `mrr` is the mean of one over the rank. */
const likeness = z
  .object({ hit1: z.number(), hit5: z.number(), mrr: z.number(), sharedWord: z.number() })
  .nullable();

/** Of the drawings of a run's best checkpoint. */
const measureRecord = z.object({
  kind: z.literal("measure"),
  step: z.number(),
  at,
  /** Of captions that were trained on, and of held-out ones; null where none were drawn. */
  trained: likeness,
  heldOut: likeness,
  /** Of the true caption among others, by likelihood. */
  captionTop1: z.number().nullable(),
  captionMrr: z.number().nullable(),
});

const logRecord = z.discriminatedUnion("kind", [stepRecord, evaluationRecord, measureRecord]);

export type StepRecord = z.output<typeof stepRecord>;
export type EvaluationRecord = z.output<typeof evaluationRecord>;
export type MeasureRecord = z.output<typeof measureRecord>;
export type LogRecord = z.output<typeof logRecord>;

/** Adds to the log of a run that has ended. */
export function appendRecord(file: string, record: LogRecord): void {
  appendFileSync(file, toLine(record));
}

export class MetricsLog {
  readonly file: string;

  readonly #evaluated: Set<number>;

  /** @param afterStep keeps of an existing file what was logged up to this step; 0 starts anew. */
  constructor(file: string, afterStep = 0) {
    this.file = file;
    const kept = afterStep === 0 ? [] : readLog(file).filter(({ step }) => step <= afterStep);
    const evaluations = kept.filter(({ kind }) => kind === "evaluation");
    this.#evaluated = new Set(evaluations.map(({ step }) => step));
    const text = kept.map(toLine).join("");
    if (existsSync(file) && readFileSync(file, "utf8") === text) return;
    // Atomically: a kill must not lose what was measured so far.
    writeTextAtomically(file, text);
  }

  /**
   * An evaluation of a step that is told already is left out: a finished run was resumed.
   * @returns whether it was written
   */
  append(record: LogRecord): boolean {
    if (record.kind === "evaluation") {
      if (this.#evaluated.has(record.step)) return false;
      this.#evaluated.add(record.step);
    }
    appendFileSync(this.file, toLine(record));
    return true;
  }
}

/** The records of a log; none where there is no file, and not the last where it was cut short. */
export function readLog(file: string): LogRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => {
    const parsed = logRecord.safeParse(parseLine(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** In the schema's order, so that a record that was read is written as it stood. */
function toLine(record: LogRecord): string {
  return `${JSON.stringify(logRecord.parse(record))}\n`;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
