/** `comparison.html`: one page of what an ablation found; one file, no requests, light and dark. */
import { lineChart, type Series } from "../chart/line-chart.ts";
import { escapeMarkup, formatCount } from "../format.ts";
import { inlineDrawing } from "../page/inline-drawing.ts";
import { page } from "../page/layout.ts";
import {
  bestGroup,
  type Comparison,
  formatFigure,
  formatStatistic,
  measuredMetrics,
  statisticIn,
  titleOf,
} from "./comparison.ts";
import { findings } from "./findings.ts";
import { groupChart } from "./group-chart.ts";
import { introduction, method } from "./introduction.ts";
import { colorOf, layoutOf } from "./layout-of.ts";

const style = `
:root { --line-1:#2563eb; --line-2:#c2410c; --line-3:#0f8a5f; --line-4:#9333ea; --line-5:#b45309;
  --line-6:#0e7490; --line-7:#be185d; --line-8:#4d7c0f; }
@media (prefers-color-scheme: dark) { :root { --line-1:#7aa2ff; --line-2:#ff9d6b; --line-3:#4fd6a4;
  --line-4:#c99af2; --line-5:#e8b455; --line-6:#5cc8e0; --line-7:#ff8ab8; --line-8:#b3dd6b; } }
.plots { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
@media (max-width: 760px) { .plots { grid-template-columns: 1fr; } }
.plots .card { padding: .7rem .7rem .3rem; } .plots svg { width: 100%; display: block; }
.wide { overflow-x: auto; } .wide table { font-size: .92rem; } .best { font-weight: 650; }
th { vertical-align: bottom; } th small { display: block; font-weight: 400; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .2rem 0 .8rem; font-size: .9rem; }
.legend span { display: inline-flex; align-items: center; gap: .45rem; }
.legend i { width: 18px; height: 3px; border-radius: 2px; display: inline-block; }
.findings { margin: .3rem 0 0; padding-left: 1.2rem; } .findings li { margin: .25rem 0; }
.side { display: grid; gap: .6rem; min-width: 560px; }
.side .head { font-size: .85rem; color: var(--muted); text-align: center; }
.side .tile { padding: 10%; color: var(--ink); } .side .real .tile { background: var(--shade); color: var(--muted); }
.side .says { align-self: center; font-size: .92rem; } .side .empty { color: var(--muted); }
td.name, th.name { text-align: left; }
`;

export function comparisonPage(comparison: Comparison): string {
  const body = [
    `<header><h1>${escapeMarkup(comparison.title)}</h1><p class="muted">${escapeMarkup(introduction(comparison))}</p></header>`,
    section("What it shows", findingsList(comparison)),
    section("Means over seeds", meansTable(comparison)),
    section("Plots", plots(comparison)),
    section("Loss curves", curves(comparison)),
    ...(comparison.sheet.length === 0 ? [] : [section("Drawings side by side", sheet(comparison))]),
    section("Every run", runsTable(comparison)),
    ...(comparison.failed.length === 0 ? [] : [section("Failed", failures(comparison))]),
    section("How it was measured", `<p class="muted">${escapeMarkup(method(comparison))}</p>`),
  ];
  return page(`${comparison.title} · Pathloom`, body.join("\n"), style);
}

function section(title: string, body: string): string {
  return `<section><h2>${title}</h2>${body}</section>`;
}

function findingsList(comparison: Comparison): string {
  const said = findings(comparison);
  const items = [...said, ...comparison.notes].map((text) => `<li>${escapeMarkup(text)}</li>`);
  return items.length === 0
    ? `<p class="muted">There is nothing to tell apart.</p>`
    : `<ul class="findings">${items.join("")}</ul>`;
}

/** A row for each metric, so that a few groups fit on any screen. */
function meansTable(comparison: Comparison): string {
  const { groups } = comparison;
  const heads = groups.map(({ label }) => `<th>${escapeMarkup(label)}</th>`);
  const axes = escapeMarkup(comparison.axes.join(", ") || "run");
  const settings = Object.keys(groups[0]?.settings ?? {}).map((key) => {
    const cells = groups.map(
      (group) => `<td>${escapeMarkup(JSON.stringify(group.settings[key]))}</td>`,
    );
    return `<tr><td class="muted">${escapeMarkup(key)}</td>${cells.join("")}</tr>`;
  });
  const rows = measuredMetrics(comparison).map((metric) => {
    const best = bestGroup(groups, metric);
    const cells = groups.map((group, index) => {
      const statistic = statisticIn(group, metric);
      const says = statistic === null ? "–" : formatStatistic(statistic, metric);
      const shown = says.replace(/ ±.*/, (spread) => `<small>${spread}</small>`);
      return `<td${best === index ? ' class="best good"' : ""}>${shown}</td>`;
    });
    const unit = metric.unit === "" ? "" : ` <small>${escapeMarkup(metric.unit)}</small>`;
    return `<tr><td>${escapeMarkup(metric.label)}${unit}</td>${cells.join("")}</tr>`;
  });
  const runs = groups.map((group) => `<td>${group.runs.length}</td>`);
  return `<div class="card wide"><table><thead><tr><th>${axes}</th>${heads.join("")}</tr></thead><tbody>${rows.join("")}${settings.join("")}<tr><td class="muted">runs</td>${runs.join("")}</tr></tbody></table></div>
<p class="muted">Mean ± standard deviation over seeds; the best mean of each row stands out.</p>`;
}

function plots(comparison: Comparison): string {
  const layout = layoutOf(comparison);
  const named = layout.lines.filter(({ label }) => label !== "");
  const key = named.length === 0 ? "" : legend(named.map(({ label, color }) => [label, color]));
  const charts = measuredMetrics(comparison)
    .filter(({ plotted }) => plotted)
    .map((metric) => `<div class="card">${groupChart(comparison, metric, layout)}</div>`);
  const spread = layout.lines.some(({ joined }) => joined)
    ? "the line goes through the means, the band is one standard deviation to both sides"
    : "the stroke is the mean, the box one standard deviation to both sides";
  return `${key}<div class="plots">${charts.join("")}</div><p class="muted">Each point is a run of one seed; ${spread}.</p>`;
}

function legend(entries: readonly (readonly [label: string, color: string])[]): string {
  const shown = entries.map(
    ([label, color]) => `<span><i style="background:${color}"></i>${escapeMarkup(label)}</span>`,
  );
  return `<div class="legend">${shown.join("")}</div>`;
}

function curves(comparison: Comparison): string {
  const { groups } = comparison;
  const charts = (["training", "heldOut"] as const).flatMap((part) => {
    const series: Series[] = groups.flatMap(({ runs }, index) =>
      runs.map((run) => ({
        label: "",
        points: run[part],
        color: colorOf(index),
        style:
          part === "training" || run[part].length > 12 ? ("thin" as const) : ("dotted" as const),
      })),
    );
    if (series.every(({ points }) => points.length === 0)) return [];
    const title = part === "training" ? "Training loss, smoothed" : "Held-out loss on the way";
    const chart = lineChart({
      title,
      xLabel: "tokens read (millions, padding included)",
      yLabel: "nats per token",
      levels: [],
      series,
    });
    return [`<p><b>${title}</b></p><div class="card">${chart}</div>`];
  });
  const key = legend(groups.map(({ label }, index) => [label, colorOf(index)]));
  return `${key}${charts.join("")}<p class="muted">One line a run. Here each run's held-out loss is over the drawings that it can hold itself, so runs of different contexts are not to be compared by it: the tables and plots above are over common drawings.</p>`;
}

function sheet({ sheet: rows, groups }: Comparison): string {
  const real = rows.some((row) => row.real !== null);
  const columns = `minmax(110px, 200px) repeat(${groups.length + Number(real)}, minmax(72px, 128px))`;
  const head = (text: string) => `<div class="head">${escapeMarkup(text)}</div>`;
  const heads = [
    head(""),
    ...(real ? [head("the icon")] : []),
    ...groups.map((g) => head(g.label)),
  ];
  const cells = rows.map((row, index) => {
    const mark = row.known === "held out" ? ' <span class="muted">· held out</span>' : "";
    const icon = real ? `<div class="real">${tile(row.real, `r${index}`)}</div>` : "";
    const drawn = row.drawn.map((drawing, g) => tile(drawing, `d${index}-${g}`));
    return `<div class="says">${escapeMarkup(row.caption)}${mark}</div>${icon}${drawn.join("")}`;
  });
  return `<p class="muted">What the first run of each group drew for the same captions at its end.</p><div class="wide"><div class="side" style="grid-template-columns: ${columns}">${heads.join("")}${cells.join("")}</div></div>`;
}

function tile(drawing: Comparison["sheet"][number]["real"], key: string): string {
  return drawing === null
    ? `<div class="tile empty">–</div>`
    : `<div class="tile">${inlineDrawing(drawing, key)}</div>`;
}

function runsTable(comparison: Comparison): string {
  const metrics = measuredMetrics(comparison);
  const heads = metrics.map((metric) => `<th>${escapeMarkup(titleOf(metric))}</th>`);
  const rows = comparison.groups.flatMap(({ runs }) =>
    runs.map(({ name, seed, figures }) => {
      const cells = metrics.map((metric) => {
        const value = figures[metric.key] ?? null;
        return `<td>${value === null ? "–" : formatFigure(value, metric)}</td>`;
      });
      return `<tr><td>${escapeMarkup(name)}</td><td>${seed}</td>${cells.join("")}</tr>`;
    }),
  );
  return `<details class="card wide"><summary>${formatCount(rows.length)} runs</summary><table><thead><tr><th>run</th><th>seed</th>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></details>`;
}

function failures({ failed }: Comparison): string {
  const rows = failed.map(
    ({ name, reason }) => `<li><b>${escapeMarkup(name)}</b>: ${escapeMarkup(reason)}</li>`,
  );
  return `<ul class="findings">${rows.join("")}</ul>`;
}
