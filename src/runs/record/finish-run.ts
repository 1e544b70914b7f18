/**
 * What a run leaves when it ends: drawings of its best checkpoint, the contact sheet, the loss
 * curve, the page, and the figures as JSON.
 */

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../../checkpoints/index.ts";
import { printDrawing } from "../../../svg/index.ts";
import { RenderError } from "../../../svg/render/index.ts";
import type { Config } from "../../config/index.ts";
import { type HeldOutScore, heldOutScore, ngramBaselines } from "../../evaluate/index.ts";
import type { DrawnDrawing } from "../../generate/index.ts";
import {
  contactSheet,
  type DataFigures,
  type HeldOutTable,
  type LogRecord,
  levelsOf,
  lossCurve,
  type RunFigures,
  type RunSummary,
  readLog,
  runPage,
  type SheetCell,
} from "../../report/index.ts";
import type { RunResult, RunStart } from "../events.ts";
import { RealDrawings } from "./real-drawings.ts";
import { sampleFile } from "./sample-files.ts";

export interface FinishFiles {
  readonly log: string;
  readonly samples: string;
  readonly sheet: string;
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
  readonly drawings: readonly DrawnDrawing[];
}

/** The captions to draw at the end: the configured prompts, then held-out ones from all over. */
export function promptsOf({ generate }: Config, { data }: RunStart): string[] {
  const { heldOut } = data;
  const captions = Array.from({ length: heldOut.size }, (_, i) => heldOut.captions(i)[0] ?? "");
  const others = captions.filter((caption) => !generate.prompts.includes(caption));
  const wanted = Math.max(0, generate.samples - generate.prompts.length);
  const every = Math.max(1, others.length / Math.max(1, wanted));
  const spread = Array.from({ length: wanted }, (_, i) => others[Math.floor(i * every)] ?? []);
  return [...generate.prompts.slice(0, generate.samples), ...spread.flat()];
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
  const { config, start, result } = run;
  const log = readLog(files.log);
  const summary: RunSummary = {
    name: run.name,
    outcome: result.outcome,
    figures: runFigures(start, result, log),
    data: dataFigures(start),
    heldOut: heldOutTable(start, result, log),
  };
  const cells = sheetCells(run);
  writeSamples(files.samples, run.drawings);
  write(files.summary, `${JSON.stringify(summary, null, 2)}\n`);
  write(files.curve, lossCurve(log, levelsOf(summary.heldOut)));
  write(files.report, runPage({ summary, config, log, cells }));
  const { sheetColumns, cellSize } = config.report;
  try {
    write(files.sheet, makeSheet(cells, { columns: sheetColumns, cellSize }));
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    rmSync(files.sheet, { force: true });
    notice(`there is no contact sheet: ${error.message}`);
  }
  return summary;
}

function write(file: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  writeFileAtomically(file, (sink) => sink.write(bytes));
}

function sheetCells({ start, drawings }: FinishedRun): SheetCell[] {
  const real = new RealDrawings(start.data);
  return drawings.map(({ prompt, drawing }) => {
    const found = real.find(prompt);
    return {
      caption: prompt,
      made: drawing,
      real: found?.drawing ?? null,
      known: found?.known ?? "none",
    };
  });
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
  { best }: RunResult,
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
  return { ...baselines, decoder, before, step: best.step };
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
  return {
    source: corpus.source,
    train: train.samples,
    augmented: train.augmented,
    heldOut: heldOut.samples,
    rows: corpus.rows,
    duplicates: corpus.duplicates,
    bad: corpus.bad.length,
    dropped: corpus.dropped,
    tooLong: train.tooLong.length + heldOut.tooLong.length,
    refused: train.refused.length + heldOut.refused.length,
    meanTokens: train.lengths.mean,
    vocabulary: data.tokenizer.vocabulary.size,
  };
}
