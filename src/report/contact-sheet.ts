/**
 * The contact sheet: drawings that the model made, each with its caption below and beside it the
 * real icon of the same caption, as one PNG.
 */
import type { Drawing } from "../../svg/index.ts";
import { renderPng } from "../../svg/render/index.ts";
import { captionFont, captionFontFile } from "./font.ts";
import { escapeMarkup } from "./format.ts";

export interface SheetCell {
  readonly caption: string;
  readonly made: Drawing;
  /** The drawing of the data set with this caption; null where there is none. */
  readonly real: Drawing | null;
  /** Whether the model was trained on the real one, or it was held out. */
  readonly known: "trained" | "held out" | "none";
}

export interface SheetOptions {
  /** Cells in a row. */
  readonly columns: number;
  /** Side of a drawing in pixels. */
  readonly cellSize: number;
  /** What the drawing to the right is; the icon of the caption's name unless given. */
  readonly beside?: string;
}

const gap = 20;
const captionHeight = 46;
const headHeight = 44;
const fontSize = 15;
/** Mean width of a letter of the caption font, as a share of its size. */
const letterWidth = 0.52;

/** @returns the bytes of a PNG. */
export function contactSheet(cells: readonly SheetCell[], options: SheetOptions): Uint8Array {
  const { svg, size } = sheetMarkup(cells, options);
  return renderPng(svg, { size, background: "#ffffff", fonts: [captionFontFile()] });
}

/** @returns the sheet, and the length of its longer side. */
function sheetMarkup(
  cells: readonly SheetCell[],
  { columns, cellSize, beside = "the icon of that name · * never trained on" }: SheetOptions,
): { readonly svg: string; readonly size: number } {
  const paired = cells.some(({ real }) => real !== null);
  const cellWidth = paired ? 2 * cellSize + gap / 2 : cellSize;
  const cellHeight = cellSize + captionHeight;
  const across = Math.max(1, Math.min(columns, cells.length));
  const rows = Math.ceil(cells.length / across);
  const width = across * (cellWidth + gap) + gap;
  const height = headHeight + rows * (cellHeight + gap) + gap / 2;
  const drawn = cells.map((cell, index) => {
    const left = gap + (index % across) * (cellWidth + gap);
    const top = headHeight + Math.floor(index / across) * (cellHeight + gap);
    return `<g transform="translate(${left} ${top})">${cellMarkup(cell, cellSize, paired)}</g>`;
  });
  const says = paired
    ? `left: drawn by the model · right, shaded: ${beside}`
    : "drawn by the model";
  const heading = `<text x="${gap}" y="28" fill="#67717e">${says}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" font-family="${captionFont}" font-size="${fontSize}">${clip(cellSize)}${heading}${drawn.join("")}</svg>`;
  return { svg, size: Math.max(width, height) };
}

function cellMarkup(cell: SheetCell, size: number, paired: boolean): string {
  const { caption, made, known } = cell;
  const width = paired ? 2 * size + gap / 2 : size;
  const beside = paired ? realMarkup(cell, size) : "";
  const letters = Math.floor(width / (fontSize * letterWidth));
  const words = wrap(known === "held out" ? `${caption} *` : caption, letters, 2).map(
    (line, index) =>
      `<text x="${width / 2}" y="${size + 19 + index * 18}" text-anchor="middle" fill="#1f2933">${escapeMarkup(line)}</text>`,
  );
  return [frame(0, size, "#ffffff"), picture(made, 0, size), beside, ...words].join("");
}

function realMarkup({ real }: SheetCell, size: number): string {
  const left = size + gap / 2;
  const inside =
    real === null
      ? `<text x="${left + size / 2}" y="${size / 2 + 5}" text-anchor="middle" fill="#9aa5b1">none</text>`
      : picture(real, left, size);
  return frame(left, size, "#f3f5f8") + inside;
}

function frame(x: number, size: number, fill: string): string {
  return `<rect x="${x + 0.5}" y="0.5" width="${size - 1}" height="${size - 1}" rx="10" fill="${fill}" stroke="#d9dee5"/>`;
}

/** What a drawing paints beyond its view box stays within its frame, as in a browser. */
function clip(size: number): string {
  return `<clipPath id="frame"><rect width="${size}" height="${size}" rx="10"/></clipPath>`;
}

/** A drawing as a picture of its own, so that its ids and styles cannot meet another's. */
function picture(drawing: Drawing, x: number, size: number): string {
  const inset = Math.round(size / 10);
  const side = size - 2 * inset;
  const png = renderPng(drawing, { size: side, color: "#1f2933" });
  const data = Buffer.from(png).toString("base64");
  const image = `<image x="${inset}" y="${inset}" width="${side}" height="${side}" href="data:image/png;base64,${data}"/>`;
  return `<g transform="translate(${x} 0)" clip-path="url(#frame)">${image}</g>`;
}

/** Breaks text at spaces into at most `lines` lines, and ends what is longer with an ellipsis. */
export function wrap(text: string, letters: number, lines: number): string[] {
  const broken: string[] = [];
  for (const word of text.split(" ")) {
    const last = broken.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) {
      broken[broken.length - 1] = `${last} ${word}`;
    } else broken.push(word);
  }
  const shown = broken.slice(0, lines);
  const cut = broken.length > lines;
  return shown.map((line, index) => {
    const ends = cut && index === lines - 1;
    return line.length > letters || ends ? `${line.slice(0, letters - 1)}…` : line;
  });
}
