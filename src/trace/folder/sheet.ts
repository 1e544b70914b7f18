/** A sheet of images, each beside what was traced of it. */
import type { Drawing } from "../../../svg/index.ts";
import { encodePng, renderPng } from "../../../svg/render/index.ts";
import { captionFont, captionFontFile, escapeMarkup } from "../../report/index.ts";
import { readImage } from "../image/read-image.ts";

export interface SheetPair {
  /** A PNG file's bytes. */
  readonly image: Uint8Array;
  readonly drawing: Drawing;
  /** Below the two, a line each. */
  readonly lines: readonly string[];
}

const side = 160;
const gap = 16;
const lineHeight = 18;

/** @returns a PNG file's bytes. */
export function traceSheet(pairs: readonly SheetPair[], across = 4): Uint8Array {
  const lines = Math.max(0, ...pairs.map((pair) => pair.lines.length));
  const width = 2 * side + gap / 2;
  const height = side + 6 + lines * lineHeight;
  const columns = Math.max(1, Math.min(across, pairs.length));
  const cells = pairs.map(({ image, drawing, lines: said }, i) => {
    const left = gap + (i % columns) * (width + gap);
    const top = gap + Math.floor(i / columns) * (height + gap);
    const texts = said.map(
      (line, row) =>
        `<text x="${width / 2}" y="${side + 4 + (row + 1) * lineHeight - 3}" text-anchor="middle">${escapeMarkup(line.slice(0, 48))}</text>`,
    );
    const traced = renderPng(drawing, { size: side, background: "#ffffff" });
    return `<g transform="translate(${left} ${top})">${picture(image, 0)}${picture(traced, side + gap / 2)}${texts.join("")}</g>`;
  });
  const all = {
    width: columns * (width + gap) + gap,
    height: Math.ceil(pairs.length / columns) * (height + gap) + gap,
  };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${all.width}" height="${all.height}" font-family="${captionFont}" font-size="13" fill="#1f2933">${cells.join("")}</svg>`;
  const options = { background: "#e4e7eb", fonts: [captionFontFile()] };
  return renderPng(svg, { ...options, size: Math.max(all.width, all.height) });
}

function picture(png: Uint8Array, x: number): string {
  const data = Buffer.from(png).toString("base64");
  return `<rect x="${x}" width="${side}" height="${side}" fill="#fff"/><image x="${x}" width="${side}" height="${side}" href="data:image/png;base64,${data}"/>`;
}

/** An image, a file or its bytes, in the size of the sheet and by the renderer's own format. */
export async function imagePng(source: string | Uint8Array): Promise<Uint8Array> {
  const { width, height, data } = await readImage(source, side);
  const premultiplied = data.map((value, i) =>
    i % 4 === 3 ? value : Math.round((value * data[i - (i % 4) + 3]!) / 255),
  );
  return encodePng({ width, height, data: premultiplied });
}
