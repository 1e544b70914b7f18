/** `report.html`: what a run learnt, how well, and what it draws. */

import { type Config, configToYaml } from "../../config/index.ts";
import type { HeldOutScore } from "../../evaluate/index.ts";
import { lossCurve } from "../chart/loss-curve.ts";
import type { SheetCell } from "../contact-sheet.ts";
import { escapeMarkup, formatBytes, formatCount, formatSeconds, formatShare } from "../format.ts";
import type { LogRecord } from "../log.ts";
import { type DataFigures, levelsOf, lossSince, type RunSummary } from "../summary.ts";
import { captionSection } from "./caption-section.ts";
import { changeSection } from "./change-section.ts";
import { contrasts, drawings, type StripRow, strips } from "./drawing-sections.ts";
import { page } from "./layout.ts";
import { measureSection } from "./measure-section.ts";

export type { StripRow } from "./drawing-sections.ts";

export interface RunReport {
  readonly summary: RunSummary;
  readonly config: Config;
  readonly log: readonly LogRecord[];
  readonly cells: readonly SheetCell[];
  /** Rows whose captions differ by one word. */
  readonly contrasts: readonly (readonly SheetCell[])[];
  /** Captions over the steps of training. */
  readonly strips: readonly StripRow[];
}

export function runPage(report: RunReport): string {
  const { summary, config } = report;
  const { name, data } = summary;
  const body = [
    `<header><h1>${escapeMarkup(name)}</h1>`,
    `<p class="muted">A decoder of ${config.model.layers} layers and width ${config.model.hiddenSize}, trained ${config.model.from === null ? "from scratch" : `from ${escapeMarkup(config.model.from)}`} on ${formatCount(data.train)} drawings of <b>${escapeMarkup(data.source)}</b>.</p></header>`,
    figures(summary),
    ...(report.cells.length === 0 && summary.captions !== undefined
      ? []
      : [section("Drawings", `${drawings(report.cells)}${drawnBy(summary)}`)]),
    ...(report.contrasts.length === 0
      ? []
      : [section("One word apart", contrasts(report.contrasts))]),
    ...(report.strips.length === 0 ? [] : [section("On the way", strips(report.strips))]),
    ...(summary.captions === undefined
      ? [section("Do drawings follow their captions?", measureSection(summary.measure))]
      : [
          ...(summary.measure === null
            ? []
            : [section("Do drawings follow their captions?", measureSection(summary.measure))]),
          section("Does it say what drawings show?", captionSection(summary.captions)),
        ]),
    ...(summary.changes === undefined
      ? []
      : [section("Does it complete and edit as it should?", changeSection(summary.changes))]),
    section("Held-out drawings", heldOut(summary)),
    section(
      "Loss",
      `<div class="card">${lossCurve(report.log, levelsOf(summary.heldOut))}</div>${lossNote}`,
    ),
    section("Data", dataTable(data)),
    section("Configuration", details("config.yaml", configToYaml(config))),
  ];
  return page(`${name} · Pathloom`, body.join("\n"));
}

/** Otherwise held-out drawings seem to be easier than those that are learnt. */
const lossNote = `<p class="muted">Training is measured as it goes, with dropout, changing captions and whatever else makes it harder; held-out drawings without.</p>`;

/** The best by held-out loss, or the last. */
function drawnBy({ drawnBy: { checkpoint, step }, figures: { steps } }: RunSummary): string {
  return `<p class="muted">Drawn by the checkpoint of step ${formatCount(step)} of ${formatCount(steps)}: <code>${escapeMarkup(checkpoint)}</code>.</p>`;
}

function section(title: string, body: string): string {
  return `<section><h2>${title}</h2>${body}</section>`;
}

function details(summary: string, text: string): string {
  return `<details class="card"><summary>${summary}</summary><pre>${escapeMarkup(text)}</pre></details>`;
}

function figures({ figures: run, heldOut: scores, measure }: RunSummary): string {
  const cards: [string, string][] = [
    [
      scores ? scores.decoder.natsPerToken.toFixed(3) : "–",
      `held-out nats per token${scores ? `, best at step ${formatCount(scores.step)}` : ""}`,
    ],
    [wordShare(measure), "of drawings near an icon that shares a word"],
    [formatCount(run.parameters), "parameters"],
    [formatCount(run.steps), "steps"],
    [formatSeconds(run.seconds), "of training"],
    [formatCount(run.tokensPerSecond), "tokens per second"],
    [formatShare(run.shareOfPeak), `of ${(run.peakFlops / 1e9).toFixed(0)} GFLOP/s peak`],
    [formatBytes(run.peakMemoryBytes), "most memory"],
  ];
  const shown = cards.map(
    ([value, says]) => `<div class="card"><b>${value}</b><span>${says}</span></div>`,
  );
  return `<div class="figures">${shown.join("")}</div><p class="muted">Computed by ${escapeMarkup(run.engine)}.</p>`;
}

/** Of captions trained on. */
function wordShare(measure: RunSummary["measure"]): string {
  return measure?.trained ? formatShare(measure.trained.sharedWord.value) : "–";
}

function heldOut({ heldOut: scores }: RunSummary): string {
  if (scores === null) return `<p class="muted">Nothing was held out.</p>`;
  const rows: [string, HeldOutScore][] = [
    ...(scores.before === null
      ? []
      : [["before training", scores.before] as [string, HeldOutScore]]),
    ["this decoder", scores.decoder],
    ["smoothed trigram", scores.trigram],
    ["smoothed bigram", scores.bigram],
  ];
  const best = Math.min(scores.bigram.natsPerToken, scores.trigram.natsPerToken);
  const shown = rows.map(([name, score]) => {
    const relative = score.natsPerToken / best - 1;
    const sign = relative < 0 ? "−" : "+";
    const mark = relative < 0 ? ' class="good"' : "";
    const change = relative === 0 ? "" : `${sign}${Math.abs(100 * relative).toFixed(1)} %`;
    return `<tr><td>${name}</td><td>${score.natsPerToken.toFixed(3)}</td><td>${score.bitsPerDrawing.toFixed(0)}</td><td${mark}>${change}</td></tr>`;
  });
  const { drawings: count, tokens } = scores.decoder;
  const since = lossSince(scores);
  const told = since === null ? "" : `<p>The held-out loss was ${since}.</p>\n`;
  return `<div class="card"><table><thead><tr><th>model</th><th>nats per token</th><th>bits per drawing</th><th>against the better n-gram</th></tr></thead><tbody>${shown.join("")}</tbody></table></div>
${told}<p class="muted">On ${formatCount(count)} drawings (${formatCount(tokens)} tokens) that were never trained on; the n-gram models have interpolated modified Kneser-Ney smoothing and the same training drawings.</p>`;
}

function dataTable(data: DataFigures): string {
  const rows: [string, string][] = [
    ["source", escapeMarkup(data.source)],
    ["rows read", formatCount(data.rows)],
    ["repeated drawings, merged", formatCount(data.duplicates)],
    ["left out: not readable", formatCount(data.bad)],
    ...(data.filtered
      ? [["left out by data.filters", formatCount(data.filtered)] as [string, string]]
      : []),
    ["left out: longer than the context", formatCount(data.tooLong)],
    ["left out: not in the vocabulary", formatCount(data.refused)],
    ["trained on", `${formatCount(data.train)} and ${formatCount(data.augmented)} made of them`],
    ["held out", formatCount(data.heldOut)],
    ["mean tokens of a sample", data.meanTokens.toFixed(1)],
    ["vocabulary", formatCount(data.vocabulary)],
  ];
  const shown = rows.map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`);
  return `<div class="card"><table><tbody>${shown.join("")}</tbody></table></div>`;
}
