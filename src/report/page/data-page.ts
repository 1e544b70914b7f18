/**
 * The page of a prepared set: how long its samples are (as figure 9 of the thesis shows its data), which
 * context holds how many, what was left out and why, and drawings of each tenth of the lengths.
 */
import {
  countReasons,
  type DataReports,
  leftOutOf,
  notReadable,
  percentile,
  shareHeld,
} from "../../../data/index.ts";
import type { Drawing } from "../../../svg/index.ts";
import { barChart } from "../chart/bar-chart.ts";
import { escapeMarkup, formatBytes, formatCount } from "../format.ts";
import { inlineDrawing } from "./inline-drawing.ts";
import { page } from "./layout.ts";

export interface DataStatistics {
  /** In words. */
  readonly source: string;
  readonly reports: DataReports;
  /** Longest sample in tokens. */
  readonly maxTokens: number;
  readonly tokenizer: string;
  readonly vocabulary: number;
  /** Of the shards. */
  readonly bytes: number;
  /** Of the training samples by their length, the shortest first. */
  readonly tenths: readonly {
    readonly from: number;
    readonly to: number;
    readonly shown: readonly {
      readonly caption: string;
      readonly tokens: number;
      readonly drawing: Drawing;
    }[];
  }[];
}

export function dataPage(statistics: DataStatistics): string {
  const { source, reports, maxTokens, tokenizer, vocabulary, bytes, tenths } = statistics;
  const { corpus, train, heldOut } = reports;
  const needed = [...train.needed, ...heldOut.needed].sort((a, b) => a - b);
  const left = countReasons(leftOutOf(reports, maxTokens));
  const figures: [string, string][] = [
    [formatCount(train.samples), "drawings to train on"],
    [formatCount(heldOut.samples), "held out"],
    [formatCount(train.lengths.total), "tokens to train on, once through"],
    [formatBytes(bytes), "in shards"],
    [formatCount(corpus.rows), "rows read"],
    [formatCount(corpus.duplicates), "repeat a drawing; captions kept"],
    [formatCount(left.reduce((sum, { count }) => sum + count, 0)), "left out"],
    [formatCount(vocabulary), `tokens in the vocabulary (${tokenizer})`],
  ];
  const body = [
    "<h1>Prepared drawings</h1>",
    `<p class="muted">${escapeMarkup(source)}</p>`,
    `<div class="figures">${figures.map(([figure, what]) => `<div class="card"><b>${figure}</b><span>${escapeMarkup(what)}</span></div>`).join("")}</div>`,
    "<h2>Lengths</h2>",
    `<p class="muted">Drawings by the tokens of their shortest sample, caption included. Half need at most ${formatCount(percentile(needed, 0.5))}, nine of ten ${formatCount(percentile(needed, 0.9))}, ninety-nine of a hundred ${formatCount(percentile(needed, 0.99))}, the longest ${formatCount(needed.at(-1) ?? 0)}. Red: longer than ${formatCount(maxTokens)}, left out.</p>`,
    `<div class="card">${barChart({ title: "drawings by length", label: "tokens", bars: classesOf(needed, maxTokens) })}</div>`,
    "<h2>What a context holds</h2>",
    contextTable(needed, maxTokens),
    "<h2>Sets</h2>",
    table(
      ["set", "licence", "rows", "repeated", "not readable", "filtered", "trained on", "held out"],
      corpus.sets.map((set, index) => [
        `${set.name}${set.facts?.version ? ` ${set.facts.version}` : ""}`,
        set.facts?.licence ?? "not stated",
        ...[set.rows, set.duplicates, notReadable(set.bad)].map(formatCount),
        formatCount(set.bad.length - notReadable(set.bad)),
        ...[train.bySet[index] ?? 0, heldOut.bySet[index] ?? 0].map(formatCount),
      ]),
    ),
    "<h2>Left out</h2>",
    left.length === 0
      ? "<p>Nothing.</p>"
      : table(
          ["why", "reason", "drawings", "such as"],
          left.map(({ why, reason, count, examples }) => [
            ...[why, reason, formatCount(count), examples.slice(0, 2).join(", ")],
          ]),
        ),
    "<h2>Of each tenth of the lengths</h2>",
    ...tenths.flatMap(({ from, to, shown }, tenth) =>
      shown.length === 0
        ? []
        : [
            `<p><b>${tenth + 1}.</b> <span class="muted">${formatCount(from)} to ${formatCount(to)} tokens</span></p>`,
            `<div class="strip" style="grid-template-columns: repeat(6, minmax(0, 1fr))">${shown.map(({ caption, tokens, drawing }, index) => `<figure><div class="tile">${inlineDrawing(drawing, `t${tenth}-${index}`)}</div><figcaption>${escapeMarkup(caption)} <small>${formatCount(tokens)}</small></figcaption></figure>`).join("")}</div>`,
          ],
    ),
  ];
  return page(
    "Prepared drawings",
    body.join("\n"),
    "td { white-space: normal; } .words :is(td, th):nth-child(2) { text-align: left; }",
  );
}

/** About forty classes up to the length that holds 99 of 100, and one for what is longer. */
function classesOf(needed: readonly number[], maxTokens: number) {
  const end = Math.max(percentile(needed, 0.99), Math.min(maxTokens, needed.at(-1) ?? 1));
  const step = Math.max(1, Math.ceil(end / 40));
  const counts = new Map<number, number>();
  for (const tokens of needed) {
    const at = Math.min(Math.floor((tokens - 1) / step), Math.ceil(end / step));
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const last = Math.max(...counts.keys(), 0);
  return Array.from({ length: last + 1 }, (_, at) => {
    const from = at * step + 1;
    const isRest = at >= Math.ceil(end / step);
    const name = isRest ? `> ${at * step}` : String(from + step - 1);
    return { name, count: counts.get(at) ?? 0, isOut: from > maxTokens };
  });
}

function contextTable(needed: readonly number[], maxTokens: number): string {
  const contexts = [64, 128, 256, 512, 1024, 2048, 4096, 8192].filter(
    (_, index, all) => index === 0 || shareHeld(needed, all[index - 1]!) < 1,
  );
  return table(
    ["context", "drawings that it holds", "share"],
    contexts.map((context) => {
      const share = shareHeld(needed, context);
      const name = `${formatCount(context)}${context === maxTokens ? " (this set)" : ""}`;
      const held = formatCount(Math.round(share * needed.length));
      return [name, held, `${(100 * share).toFixed(1)} %`];
    }),
    "numbers",
  );
}

/** Cells are text: names and reasons are a stranger's. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  second: "numbers" | "words" = "words",
): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escapeMarkup(cell)}</${tag}>`).join("");
  return `<div class="card"><table class="${second}"><tr>${cells("th", head)}</tr>${rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("")}</table></div>`;
}
