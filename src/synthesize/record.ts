/** What synthesis leaves: a data set that `data.source` reads, and what was left out. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../checkpoints/index.ts";
import { captionOf } from "../../data/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { formatOf, imagePng, traceSheet } from "../trace/index.ts";

interface Item {
  readonly id: string;
  /** As it was read. */
  readonly caption: string;
  /** Index of the recipe; -1 for a caption that no image was asked for. */
  readonly recipe: number;
  /** CLIP's score of the drawing; null where none was asked. */
  readonly clip: number | null;
}

export interface Accepted extends Item {
  readonly simple: string;
  readonly prompt: string;
  readonly steps: number | null;
  readonly guidance: number | null;
  readonly seed: number | null;
  /** Files below the folder, which are there. */
  readonly image: string;
  readonly svg: string;
  readonly tokens: number;
  readonly error: number;
  readonly colors: number;
}

export interface LeftOut extends Item {
  readonly reason: string;
  readonly mayPass: boolean;
  readonly tokens: number | null;
  readonly error: number | null;
}

const mostShown = 32;

/** Puts an image and its drawing into the set's folder. @returns their names there */
export function writeFiles(
  folder: string,
  id: string,
  image: Uint8Array,
  svg: string,
): { readonly image: string; readonly svg: string } {
  const names = { image: `images/${id}.${formatOf(image) ?? "png"}`, svg: `svg/${id}.svg` };
  for (const name of ["svg", "images"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileAtomically(join(folder, names.svg), (sink) => sink.write(Buffer.from(`${svg}\n`)));
  writeFileAtomically(join(folder, names.image), (sink) => sink.write(image));
  return names;
}

/** @returns the sheet's file; null where nothing was accepted. */
export async function writeSet(
  folder: string,
  accepted: readonly Accepted[],
  left: readonly LeftOut[],
): Promise<string | null> {
  const write = (name: string, bytes: Uint8Array) =>
    writeFileAtomically(join(folder, name), (sink) => sink.write(bytes));
  const lines: string[] = [];
  for (const item of accepted) {
    const { id, caption, simple, prompt, tokens, error, colors, clip, steps, guidance, seed } =
      item;
    const { image, svg } = item;
    const captions = [...new Set([simple, caption].map(captionOf))];
    const figures = { tokens, error, colors, clip, steps, guidance, seed };
    lines.push(
      JSON.stringify({ id, file_name: svg, captions, image, made_by: prompt, ...figures }),
    );
  }
  write("metadata.jsonl", Buffer.from(lines.map((line) => `${line}\n`).join("")));
  const out = left.map(({ mayPass: again, ...item }) => `${JSON.stringify({ ...item, again })}\n`);
  write("left-out.jsonl", Buffer.from(out.join("")));
  if (accepted.length === 0) return null;
  const step = Math.max(1, accepted.length / mostShown);
  const shown = Array.from(
    { length: Math.min(mostShown, accepted.length) },
    (_, i) => accepted[Math.floor(i * step)]!,
  );
  const pairs = [];
  for (const { image, svg, simple, tokens, clip } of shown) {
    const { drawing } = parseDrawing(readFileSync(join(folder, svg)));
    const score = clip === null ? "" : `, CLIP ${clip.toFixed(3)}`;
    pairs.push({
      image: await imagePng(join(folder, image)),
      drawing,
      lines: [simple, `${tokens} tokens${score}`],
    });
  }
  write("sheet.png", traceSheet(pairs));
  return join(folder, "sheet.png");
}
