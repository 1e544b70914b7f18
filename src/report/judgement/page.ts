/** `report.html`: systems side by side on one page; one file, no requests, and nothing in it runs. */
import { escapeMarkup } from "../format.ts";
import { page } from "../page/layout.ts";
import {
  arrowOf,
  bestSystem,
  figuresNotRun,
  formatDifference,
  formatInterval,
  formatValue,
  foundFigures,
  introduction,
  type Judgement,
  method,
  scoreOf,
  verdict,
} from "./judgement.ts";
import { pictureOf } from "./picture.ts";

const style = `
.wide { overflow-x: auto; } .best { font-weight: 650; color: var(--good); }
.better { color: var(--good); } .worse { color: var(--series-2); }
th { vertical-align: bottom; } td small { margin-left: .5rem; } th, td { padding: .34rem .7rem; }
.how { padding-left: 1.2rem; margin: .4rem 0; } .how li { margin: .2rem 0; }
.how b, .side .says, .side .head { overflow-wrap: anywhere; }
.side { display: grid; gap: .6rem .7rem; align-items: center; min-width: 520px; }
.side .head { font-size: .85rem; color: var(--muted); text-align: center; align-self: end; }
.side .says { font-size: .92rem; line-height: 1.35; } .side .says small { display: block; }
.shot { background: #fff; border: 1px solid var(--rule); border-radius: 10px; aspect-ratio: 1;
  padding: 9%; display: grid; place-items: center; overflow: hidden; }
.shot.real { background: #eef1f5; } .shot img { width: 100%; height: 100%; object-fit: contain; }
.shot.none { background: var(--shade); color: var(--muted); font-size: .82rem; text-align: center; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(225px, 1fr)); gap: 1.1rem .9rem; }
.cards .both { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: .5rem; }
.cards figcaption { overflow-wrap: anywhere; line-height: 1.3; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .4rem 0; font-size: .92rem; }
dt { font-weight: 550; } dd { margin: 0; color: var(--muted); overflow-wrap: anywhere; }
@media (max-width: 720px) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
`;

export function judgementPage(judgement: Judgement): string {
  const { title, systems, rows, byPart } = judgement;
  const missing = figuresNotRun(judgement);
  const body = [
    `<header><h1>${escapeMarkup(title)}</h1><p class="muted">${escapeMarkup(introduction(judgement))}</p></header>`,
    section("Systems", systemsList(judgement)),
    section("Figures", figuresTable(judgement)),
    ...(rows.length === 0 ? [] : [section("Side by side", sideBySide(judgement))]),
    ...(systems.length < 2 ? [] : [section("Differences", differencesTable(judgement))]),
    ...[...byPart].map(([part]) => section(`Part: ${part}`, partTable(judgement, part))),
    ...(missing.length === 0
      ? []
      : [
          section(
            "Not run",
            list(missing.map(({ figure, reason }) => [figure.label, `not run: ${reason}`])),
          ),
        ]),
    section(
      "What the figures say",
      list(foundFigures(judgement).map(({ label, about }) => [label, about])),
    ),
    section("How it was measured", `<p class="muted">${escapeMarkup(method)}</p>`),
  ];
  return page(`${title} · Pathloom`, body.join("\n"), style);
}

function section(title: string, body: string): string {
  return `<section><h2>${escapeMarkup(title)}</h2>${body}</section>`;
}

function list(entries: readonly (readonly [string, string])[]): string {
  const shown = entries.map(
    ([name, says]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(says)}</dd>`,
  );
  return `<dl>${shown.join("")}</dl>`;
}

function systemsList({ systems }: Judgement): string {
  const items = systems.map(({ name, how, notes }) => {
    const said = [how, ...notes].map(escapeMarkup).join("; ");
    return `<li><b>${escapeMarkup(name)}</b> <span class="muted">${said}</span></li>`;
  });
  return `<ul class="how">${items.join("")}</ul>`;
}

function figuresTable(judgement: Judgement): string {
  const { systems } = judgement;
  const heads = systems.map(({ name }) => `<th>${escapeMarkup(name)}</th>`);
  const rows = foundFigures(judgement).map((figure) => {
    const best = bestSystem(judgement, figure);
    const cells = systems.map((system, index) => {
      const score = scoreOf(system, figure);
      if (score?.estimate == null) {
        return `<td class="muted" title="${escapeMarkup(score?.reason ?? "")}">–</td>`;
      }
      const value = formatValue(figure, score.estimate.value);
      const interval = formatInterval(figure, score.estimate);
      const shown = best === index ? `<span class="best">${value}</span>` : value;
      return `<td>${shown}${interval === "" ? "" : `<small>${interval}</small>`}</td>`;
    });
    const unit = figure.unit === "" ? "" : ` <small>${escapeMarkup(figure.unit)}</small>`;
    return `<tr><td title="${escapeMarkup(figure.about)}">${escapeMarkup(figure.label)}${arrowOf(figure)}${unit}</td>${cells.join("")}</tr>`;
  });
  return `<div class="card wide"><table><thead><tr><th></th>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>
<p class="muted">↑ the higher the better, ↓ the lower. Beside each value the interval that holds 95 of 100.</p>`;
}

function differencesTable(judgement: Judgement): string {
  const [first, ...others] = judgement.systems;
  const heads = others.map(({ name }) => `<th>${escapeMarkup(name)}</th>`);
  const rows = foundFigures(judgement).flatMap((figure) => {
    const found = others.map(({ differences }) => differences.get(figure.key) ?? null);
    if (found.every((difference) => difference === null)) return [];
    const cells = found.map((difference) => {
      if (difference === null) return `<td class="muted">–</td>`;
      const says = formatDifference(figure, difference);
      const shown = says.replace(/ \((.*)\)$/, (_, interval) => `<small>${interval}</small>`);
      return `<td class="${verdict(figure, difference) ?? ""}">${shown}</td>`;
    });
    return [`<tr><td>${escapeMarkup(figure.label)}${arrowOf(figure)}</td>${cells.join("")}</tr>`];
  });
  return `<p class="muted">Against ${escapeMarkup(first!.name)}, over the captions that both drew; coloured where the interval leaves zero out.</p><div class="card wide"><table><thead><tr><th></th>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function partTable(judgement: Judgement, part: string): string {
  const { systems, byPart } = judgement;
  const means = byPart.get(part) ?? [];
  const heads = systems.map(({ name }) => `<th>${escapeMarkup(name)}</th>`);
  const rows = foundFigures(judgement).flatMap((figure) => {
    const values = means.map((mean) => mean.get(figure.key));
    if (values.every((value) => value === undefined)) return [];
    const cells = values.map(
      (value) => `<td>${value === undefined ? "–" : formatValue(figure, value)}</td>`,
    );
    return [`<tr><td>${escapeMarkup(figure.label)}${arrowOf(figure)}</td>${cells.join("")}</tr>`];
  });
  return `<div class="card wide"><table><thead><tr><th></th>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function sideBySide({ systems, rows }: Judgement): string {
  const isReferenced = rows.some(({ reference }) => reference !== null);
  const columns = systems.length + Number(isReferenced);
  const heads = [...(isReferenced ? ["reference"] : []), ...systems.map(({ name }) => name)];
  if (columns < 3) return cards(rows, isReferenced, heads);
  const cells = rows.flatMap(({ caption, part, reference, drawn }) => {
    const beside = part === null ? "" : `<small>${escapeMarkup(part)}</small>`;
    return [
      `<div class="says">${escapeMarkup(shortened(caption))}${beside}</div>`,
      ...(isReferenced ? [shot(reference, "real", "no reference")] : []),
      ...drawn.map((svg) => shot(svg, "", "no drawing")),
    ];
  });
  const layout = `grid-template-columns: minmax(120px, 200px) repeat(${columns}, minmax(70px, 150px))`;
  const head = heads.map((name) => `<div class="head">${escapeMarkup(name)}</div>`);
  return `<p class="muted">Captions drawn at random.</p><div class="wide"><div class="side" style="${layout}"><div></div>${head.join("")}${cells.join("")}</div></div>`;
}

/** Where few pictures stand beside each other, several captions fit into a line. */
function cards(rows: Judgement["rows"], isReferenced: boolean, heads: readonly string[]): string {
  const shown = rows.map(({ caption, reference, drawn }) => {
    const shots = [
      ...(isReferenced ? [shot(reference, "real", "no reference")] : []),
      ...drawn.map((svg) => shot(svg, "", "no drawing")),
    ];
    return `<figure><div class="both">${shots.join("")}</div><figcaption>${escapeMarkup(shortened(caption))}</figcaption></figure>`;
  });
  const order = heads.map(escapeMarkup).join(", then ");
  return `<p class="muted">Captions drawn at random; ${order}.</p><div class="cards">${shown.join("")}</div>`;
}

function shortened(caption: string): string {
  return caption.length > 160 ? `${caption.slice(0, 160)}…` : caption;
}

/** As a picture: whatever a drawing of somebody else's holds, a page that shows pixels runs none of it. */
function shot(svg: string | null, kind: string, nothing: string): string {
  if (svg === null) return `<div class="shot none">${nothing}</div>`;
  const data = pictureOf(svg);
  return data === null
    ? `<div class="shot none">does not render</div>`
    : `<div class="shot ${kind}"><img alt="" src="data:image/png;base64,${data}"></div>`;
}
