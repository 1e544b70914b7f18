/** `sheet.png`: a caption a row, its reference and what each system drew beside it. */
import { renderPng } from "../../../svg/render/index.ts";
import { wrap } from "../contact-sheet.ts";
import { captionFont, captionFontFile } from "../font.ts";
import { escapeMarkup } from "../format.ts";
import type { Judgement } from "./judgement.ts";
import { pictureOf } from "./picture.ts";

const cell = 150;
const gap = 16;
const wordsWidth = 220;
const headHeight = 46;
const fontSize = 15;
const letterWidth = 0.52;

/** @returns the bytes of a PNG. */
export function judgementSheet({ systems, rows }: Judgement): Uint8Array {
  const isReferenced = rows.some(({ reference }) => reference !== null);
  const heads = [...(isReferenced ? ["reference"] : []), ...systems.map(({ name }) => name)];
  const width = wordsWidth + heads.length * (cell + gap) + 2 * gap;
  const height = headHeight + rows.length * (cell + gap) + gap;
  const left = (column: number) => gap + wordsWidth + column * (cell + gap);
  const named = heads.map((name, column) => {
    const [line = ""] = wrap(name, Math.floor(cell / (fontSize * letterWidth)), 1);
    return `<text x="${left(column) + cell / 2}" y="29" text-anchor="middle" fill="#67717e">${escapeMarkup(line)}</text>`;
  });
  const drawn = rows.map(({ caption, reference, drawn: made }, row) => {
    const top = headHeight + row * (cell + gap);
    const words = wrap(caption, Math.floor((wordsWidth - gap) / (fontSize * letterWidth)), 5).map(
      (line, i) =>
        `<text x="${gap}" y="${top + 24 + 20 * i}" fill="#1f2933">${escapeMarkup(line)}</text>`,
    );
    const shown = [...(isReferenced ? [reference] : []), ...made].map((svg, column) =>
      tile(svg, left(column), top, isReferenced && column === 0),
    );
    return [...words, ...shown].join("");
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${captionFont}" font-size="${fontSize}">${named.join("")}${drawn.join("")}</svg>`;
  return renderPng(svg, {
    size: Math.max(width, height),
    background: "#ffffff",
    fonts: [captionFontFile()],
  });
}

function tile(svg: string | null, x: number, y: number, isReal: boolean): string {
  const fill = isReal ? "#f3f5f8" : "#ffffff";
  const frame = `<rect x="${x + 0.5}" y="${y + 0.5}" width="${cell - 1}" height="${cell - 1}" rx="10" fill="${fill}" stroke="#d9dee5"/>`;
  const data = svg === null ? null : pictureOf(svg);
  const inset = 14;
  const side = cell - 2 * inset;
  const inside =
    data === null
      ? `<text x="${x + cell / 2}" y="${y + cell / 2 + 5}" text-anchor="middle" fill="#9aa5b1">${svg === null ? "none" : "does not render"}</text>`
      : `<image x="${x + inset}" y="${y + inset}" width="${side}" height="${side}" href="data:image/png;base64,${data}"/>`;
  return frame + inside;
}
