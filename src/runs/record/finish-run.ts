/**
 * What a run leaves when it ends: drawings of its best checkpoint, the contact sheet, the loss
 * curve, the page, and the figures as JSON.
 */

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeFileAtomically } from "../../../checkpoints/index.ts";
import { notReadable } from "../../../data/index.ts";
import { printDrawing } from "../../../svg/index.ts";
import { RenderError } from "../../../svg/render/index.ts";
import type { Config } from "../../config/index.ts";
import {
  type HeldOutScore,
  heldOutScore,
  type Measure,
  ngramBaselines,
  type Resemblance,
} from "../../evaluate/index.ts";
import type { DrawnDrawing } from "../../generate/index.ts";
import {
  appendRecord,
  contactSheet,
  type DataFigures,
  type HeldOutTable,
  type LogRecord,
  levelsOf,
  logCsv,
  lossCurve,
  type RunFigures,
  type RunSummary,
  readLog,
  runPage,
  type SheetCell,
  type SheetOptions,
} from "../../report/index.ts";
import type { RunResult, RunStart } from "../events.ts";
import { writeBoard } from "./board.ts";
import type { DrawnEnd } from "./draw-end.ts";
import { type RealDrawings, realDrawingsIn } from "./real-drawings.ts";
import { sampleFile } from "./sample-files.ts";
import { stripsOf } from "./strip.ts";

/** Prompts of which the report shows how they came to be. */
const mostStrips = 3;
/** Longest side of a drawing on the sheet of captions that differ by one word, in pixels. */
const besideSize = 120;

export interface FinishFiles {
  readonly log: string;
  readonly csv: string;
  readonly samples: string;
  readonly sheet: string;
  /** The sheet of captions that differ by one word. */
  readonly contrasts: string;
  readonly curve: string;
  readonly report: string;
  readonly summary: string;
}

export interface FinishedRun {
  readonly name: string;
  readonly config: Config;
  readonly start: RunStart;
  readonly result: RunResult;
  /** Made by the run's best checkpoint. */
  readonly drawn: Pick<DrawnEnd, "drawings" | "contrasts" | "measure" | "checkpoint"> &
    Partial<Pick<DrawnEnd, "captions" | "changes">>;
}

/**
 * Writes all of it, each file whole. Where no picture can be made, the sheet alone is missing.
 * @param notice is told why there is no sheet
 * @param makeSheet makes the PNG of the drawings
 */
export function finishRun(
  run: FinishedRun,
  files: FinishFiles,
  notice: (text: string) => void,
  makeSheet: typeof contactSheet = contactSheet,
): RunSummary {
  const { config, start, result, drawn } = run;
  if (drawn.measure !== null && result.best !== null) {
    keepMeasure(files.log, drawn.measure, result.best.step);
  }
  const log = readLog(files.log);
  const summary: RunSummary = {
    name: run.name,
    outcome: result.outcome,
    // As the run is named, and not as this machine's folders are.
    drawnBy: {
      checkpoint: join(dirname(files.summary), "checkpoints", basename(drawn.checkpoint)),
      step: stepOf(drawn.checkpoint, result),
    },
    figures: runFigures(start, result, log),
    data: dataFigures(start),
    heldOut: heldOutTable(start, result, log),
    measure: drawn.measure,
    ...(drawn.captions ? { captions: drawn.captions } : {}),
    ...(drawn.changes?.length ? { changes: drawn.changes } : {}),
  };
  const real = realDrawingsIn(start.data);
  const cells = drawn.drawings.map((drawing) => cellOf(drawing, real));
  const contrasts = drawn.contrasts.map((row) => row.map((drawing) => cellOf(drawing, real)));
  const strips = stripsOf(
    files.samples,
    drawn.drawings.slice(0, mostStrips).map(({ prompt }) => prompt),
    start.data.tokenizer.canonical,
  );
  writeSamples(files.samples, drawn.drawings);
  write(files.summary, `${JSON.stringify(summary, null, 2)}\n`);
  write(files.curve, lossCurve(log, levelsOf(summary.heldOut)));
  write(files.report, runPage({ summary, config, log, cells, contrasts, strips }));
  const { sheetColumns, cellSize } = config.report;
  const columns = Math.max(0, ...contrasts.map(({ length }) => length));
  const sheets: readonly [file: string, cells: readonly SheetCell[], options: SheetOptions][] = [
    [files.sheet, cells, { columns: sheetColumns, cellSize }],
    [files.contrasts, contrasts.flat(), { columns, cellSize: Math.min(cellSize, besideSize) }],
  ];
  for (const [file, shown, options] of sheets) {
    try {
      rmSync(file, { force: true });
      if (shown.length > 0) write(file, makeSheet(shown, options));
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      notice(`there is no contact sheet: ${error.message}`);
    }
  }
  write(files.csv, logCsv(log));
  if (config.report.tensorboard) writeBoard(dirname(files.log), config, result.step, true);
  return summary;
}

function write(file: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  writeFileAtomically(file, (sink) => sink.write(bytes));
}

/** Once, though a run that is complete may be finished again. */
function keepMeasure(file: string, { trained, heldOut, captionRank }: Measure, step: number): void {
  const record = {
    kind: "measure",
    step,
    trained: figuresOf(trained),
    heldOut: figuresOf(heldOut),
    captionTop1: captionRank?.top1.value ?? null,
    captionMrr: captionRank?.mrr.value ?? null,
  } as const;
  const last = readLog(file).findLast(({ kind }) => kind === "measure");
  if (JSON.stringify(last) !== JSON.stringify(record)) appendRecord(file, record);
}

function figuresOf(measured: Resemblance | null) {
  if (measured === null) return null;
  const { hit1, hit5, mrr, sharedWord } = measured;
  return {
    hit1: hit1.value,
    hit5: hit5.value,
    mrr: mrr.value,
    sharedWord: sharedWord.value,
  };
}

function cellOf({ prompt, drawing }: DrawnDrawing, real: RealDrawings): SheetCell {
  const found = real.find(prompt);
  return {
    caption: prompt,
    made: drawing,
    real: found?.drawing ?? null,
    known: found?.known ?? "none",
  };
}

/** Replaces the drawings of an earlier end of the same run. */
function writeSamples(folder: string, drawings: readonly DrawnDrawing[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (/^\d+-.*\.svg$/.test(name)) rmSync(join(folder, name));
  }
  for (const [index, { prompt, drawing }] of drawings.entries()) {
    write(join(folder, sampleFile(index, prompt)), printDrawing(drawing));
  }
}

function heldOutTable(
  start: RunStart,
  { best, heldOut: end }: RunResult,
  log: readonly LogRecord[],
): HeldOutTable | null {
  const { train, heldOut, tokenizer } = start.data;
  if (heldOut.size === 0 || best === null) return null;
  const baselines = ngramBaselines(train, heldOut, tokenizer.vocabulary.size);
  const { tokens, drawings } = baselines.bigram;
  const decoder: HeldOutScore = heldOutScore(best.loss * tokens, tokens, drawings);
  const first = log.find((record) => record.kind === "evaluation" && record.step === 0);
  const before =
    first?.kind === "evaluation"
      ? heldOutScore(first.natsPerToken * tokens, tokens, drawings)
      : null;
  const last = end === null ? null : { step: end.step, natsPerToken: end.loss };
  return { ...baselines, decoder, before, step: best.step, last };
}

/** Of a checkpoint's folder: `best`, or `step-000100`. */
function stepOf(checkpoint: string, { best, step }: RunResult): number {
  const numbered = /^step-(\d+)$/.exec(basename(checkpoint))?.[1];
  return numbered === undefined ? (best?.step ?? step) : Number(numbered);
}

function runFigures(start: RunStart, result: RunResult, log: readonly LogRecord[]): RunFigures {
  const stepped = result.step > start.resumedAt;
  const last = log.findLast((record) => record.kind === "step");
  // A run that was complete already made no step just now: its speed is that of the last one.
  const { tokensPerSecond, shareOfPeak } = stepped || last === undefined ? result : last;
  return {
    engine: start.engine.summary,
    parameters: result.parameters,
    steps: result.step,
    seconds: result.seconds,
    tokensPerSecond,
    shareOfPeak,
    peakFlops: start.peakFlops,
    peakMemoryBytes: result.peakMemoryBytes,
  };
}

function dataFigures({ data }: RunStart): DataFigures {
  const { corpus, train, heldOut } = data.reports;
  const unreadable = notReadable(corpus.bad);
  const filtered = [train, heldOut].map(({ filtered: left = [] }) => left.length);
  return {
    source: corpus.source,
    train: train.samples,
    augmented: train.augmented,
    heldOut: heldOut.samples,
    rows: corpus.rows,
    duplicates: corpus.duplicates,
    bad: unreadable,
    dropped: corpus.dropped,
    tooLong: train.tooLong.length + heldOut.tooLong.length,
    refused: train.refused.length + heldOut.refused.length,
    filtered: [corpus.bad.length - unreadable, ...filtered].reduce((a, b) => a + b),
    meanTokens: train.lengths.mean,
    vocabulary: data.tokenizer.vocabulary.size,
  };
}
