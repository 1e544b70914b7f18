/** A picture of the largest pixel errors: the file, its canonical drawing, and where they differ. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseDrawing } from "../../svg/index.ts";
import { renderPng } from "../../svg/render/index.ts";

export interface WorstCell {
  readonly file: string;
  readonly svg: string;
  readonly grid: number;
  readonly error: number;
}

export interface WorstRow {
  readonly set: string;
  readonly cells: readonly WorstCell[];
}

/** Pixels of a picture's side; three stand side by side in a cell. */
const side = 96;
const gap = 8;
const caption = 20;
const heading = 24;
const margin = 16;
const cellWidth = 3 * side + 2 * gap;
const rowHeight = heading + side + caption + margin;

const font = "Didact Gothic";
const fontFile = createRequire(import.meta.url).resolve(
  "@expo-google-fonts/didact-gothic/400Regular/DidactGothic_400Regular.ttf",
);

/** What is equal in both pictures is black under `difference`, and white inverted. */
const inversion = `<filter id="invert" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB"><feColorMatrix values="-1 0 0 0 1 0 -1 0 0 1 0 0 -1 0 1 0 0 0 0 1"/></filter>`;

/** @returns the bytes of a PNG. */
export function worstSheet(rows: readonly WorstRow[]): Uint8Array {
  const across = Math.max(...rows.map(({ cells }) => cells.length));
  const width = margin + across * (cellWidth + 2 * margin);
  const height = margin + rows.length * rowHeight;
  const drawn = rows.map((row, i) => rowMarkup(row, margin + i * rowHeight));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${font}" font-size="13">${inversion}${drawn.join("")}</svg>`;
  const size = Math.max(width, height);
  return renderPng(svg, { size, background: "#ffffff", fonts: [readFileSync(fontFile)] });
}

function rowMarkup({ set, cells }: WorstRow, top: number): string {
  const title = `<text x="${margin}" y="${top + 14}" font-size="16" fill="#1f2933">${set}</text>`;
  const pictures = cells.map((cell, i) => {
    const left = margin + i * (cellWidth + 2 * margin);
    return `<g transform="translate(${left} ${top + heading})">${cellMarkup(cell)}</g>`;
  });
  return title + pictures.join("");
}

function cellMarkup({ file, svg, grid, error }: WorstCell): string {
  const original = imageMarkup(svg);
  const canonical = imageMarkup(parseDrawing(svg, { grid }).drawing);
  const difference = `<g filter="url(#invert)" style="isolation:isolate">${original}<g style="mix-blend-mode:difference">${canonical}</g></g>`;
  const pictures = [original, canonical, difference].map(
    (picture, i) =>
      `<g transform="translate(${i * (side + gap)} 0)">${picture}<path fill="none" stroke="#d9dee5" d="M-.5-.5H${side + 0.5}V${side + 0.5}H-.5z"/></g>`,
  );
  const says = `${shortened(file)} · grid ${grid} · ${(100 * error).toFixed(2)} %`;
  return `${pictures.join("")}<text y="${side + 15}" fill="#67717e">${says}</text>`;
}

function imageMarkup(drawing: Parameters<typeof renderPng>[0]): string {
  const png = renderPng(drawing, { size: side, background: "white" });
  const data = Buffer.from(png).toString("base64");
  return `<image width="${side}" height="${side}" href="data:image/png;base64,${data}"/>`;
}

function shortened(file: string): string {
  return file.length <= 28 ? file : `${file.slice(0, 27)}…`;
}
