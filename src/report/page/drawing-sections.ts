/** The drawings of a run's page: beside real icons, beside each other, and step after step. */
import type { Drawing } from "../../../svg/index.ts";
import type { SheetCell } from "../contact-sheet.ts";
import { escapeMarkup, formatCount } from "../format.ts";
import { inlineDrawing } from "./inline-drawing.ts";

/** A caption drawn over and over as the model learnt. */
export interface StripRow {
  readonly caption: string;
  readonly cells: readonly { readonly step: number; readonly drawing: Drawing }[];
}

export function drawings(cells: readonly SheetCell[]): string {
  return `<p class="muted">On the left what the model drew for the caption, on the right, shaded, the icon of that name. “Held out”: it was never trained on.</p><div class="sheet">${pairs(cells, "d")}</div>`;
}

/** @param rows of captions that differ by one word. */
export function contrasts(rows: readonly (readonly SheetCell[])[]): string {
  const columns = Math.max(1, ...rows.map(({ length }) => length));
  const shown = rows.map((row, index) => {
    const style = `grid-template-columns: repeat(${columns}, minmax(0, 1fr))`;
    return `<div class="sheet row" style="${style}">${pairs(row, `c${index}-`)}</div>`;
  });
  return `<p class="muted">Captions that differ by one word: whether the drawings differ alike shows whether the model follows them.</p>${shown.join("")}`;
}

export function strips(rows: readonly StripRow[]): string {
  const shown = rows.map(({ caption, cells }, row) => {
    const steps = cells.map(
      ({ step, drawing }, index) =>
        `<figure><div class="tile">${inlineDrawing(drawing, `s${row}-${index}`)}</div><figcaption>${formatCount(step)}</figcaption></figure>`,
    );
    return `<p>${escapeMarkup(caption)}</p><div class="strip" style="grid-template-columns: repeat(${Math.max(4, cells.length)}, minmax(0, 1fr))">${steps.join("")}</div>`;
  });
  return `<p class="muted">The same caption, drawn after more and more steps.</p>${shown.join("")}`;
}

/** @param key tells their ids from those of the page's other drawings. */
function pairs(cells: readonly SheetCell[], key: string): string {
  return cells
    .map(({ caption, made, real, known }, index) => {
      const mark = known === "held out" ? ' <span class="muted">· held out</span>' : "";
      const beside = real === null ? "" : inlineDrawing(real, `${key}r${index}`);
      return `<figure><div class="pair"><div>${inlineDrawing(made, `${key}m${index}`)}</div><div>${beside}</div></div><figcaption>${escapeMarkup(caption)}${mark}</figcaption></figure>`;
    })
    .join("");
}
