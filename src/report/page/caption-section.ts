/** Whether a model says rightly what drawings show, as a section of a run's page. */

import { parseDrawing } from "../../../svg/index.ts";
import type { CaptionAccuracy, CaptionFigures } from "../../evaluate/index.ts";
import { escapeMarkup, formatCount } from "../format.ts";
import { inlineDrawing } from "./inline-drawing.ts";

export function captionSection({
  drawings,
  model,
  nearest,
  chance,
  examples,
}: CaptionAccuracy): string {
  const head = ["captions of", "exact", "shares a word"].map((name) => `<th>${name}</th>`).join("");
  const rows = [
    row("this model", model),
    row("the training drawing that looks most alike", nearest),
    tableRow(["any training drawing", percent(chance.exact), percent(chance.sharedWord)]),
  ];
  const table = `<div class="card"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  const says = `Of ${formatCount(drawings)} held-out drawings, the likeliest caption. Exact: it is one of the drawing's names; shares a word: it has a word of one of them. Intervals are those of 95 % by bootstrap.`;
  const shown = examples.map(({ svg, written, names }, index) => {
    const picture = inlineDrawing(parseDrawing(svg).drawing, `c${index}`);
    return `<figure><div class="tile">${picture}</div><figcaption>${escapeMarkup(written)} <small>${escapeMarkup(names.slice(0, 2).join(", "))}</small></figcaption></figure>`;
  });
  return `${table}<p class="muted">${says}</p><div class="strip" style="grid-template-columns: repeat(6, minmax(0, 1fr))">${shown.join("")}</div><p class="muted">What it says, and beside it in small letters the drawing's names.</p>`;
}

function row(name: string, { exact, sharedWord }: CaptionFigures): string {
  return tableRow([name, share(exact), share(sharedWord)]);
}

function tableRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

function share({ value, low, high }: CaptionFigures["exact"]): string {
  return `${percent(value)} <small>${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}</small>`;
}
