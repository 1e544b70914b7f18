/**
 * SArena as it is published (InternSVG/SArena): a folder of a part, as `Icon/generation` or
 * `illustration`, with `text2svg.jsonl`, `caption.jsonl`, `svg/` and `images/`; or the folder of all.
 */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { type BadRow, readSvgFile, readTable } from "../../../data/index.ts";
import { type BenchmarkItem, longestCaption } from "./benchmark.ts";
import { itemOf } from "./caption-rows.ts";
import { pictureFile } from "./picture-file.ts";

const asked = "text2svg.jsonl";
/** Below the folder of all. Animations are no drawings. */
const parts = [
  ["icon", join("Icon", "generation")],
  ["illustration", "illustration"],
  ["chemistry", "chemistry"],
] as const;

export function isSArena(folder: string): boolean {
  return partsIn(folder).length > 0;
}

/** The folders of one part, or of all that are there. */
function partsIn(folder: string): (readonly [part: string | null, folder: string])[] {
  if (existsSync(join(folder, asked)) && existsSync(join(folder, "svg"))) return [[null, folder]];
  return parts
    .map(([part, below]) => [part, join(folder, below)] as const)
    .filter(([, each]) => existsSync(join(each, asked)));
}

/** @throws SourceError */
export async function readSArena(
  folder: string,
  onBad: (bad: BadRow) => void,
): Promise<BenchmarkItem[]> {
  const items: BenchmarkItem[] = [];
  for (const [part, each] of partsIn(folder)) items.push(...(await readPart(each, part, onBad)));
  return items;
}

const row = z.object({
  id: z.union([z.string().min(1).max(200), z.number()]),
  conversations: z.array(z.object({ value: z.string() })).min(1),
});

async function readPart(folder: string, part: string | null, onBad: (bad: BadRow) => void) {
  const captions = await readCaptions(join(folder, "caption.jsonl"), onBad);
  const items: BenchmarkItem[] = [];
  for await (const { place, values } of readTable(join(folder, asked), (names) => names, onBad)) {
    const read = row.safeParse(values);
    if (!read.success) {
      onBad({ place, reason: "expected an id and conversations" });
      continue;
    }
    const id = String(read.data.id);
    if (!/^[\w.-]+$/.test(id)) {
      onBad({ place, reason: "the id is no file's name" });
      continue;
    }
    // CLIP is asked about the caption; the question around it is for chat models.
    const caption = captions.get(id) ?? read.data.conversations[0]?.value.trim() ?? "";
    const reference = referenceIn(folder, id);
    if (caption === "") onBad({ place, reason: "there is no caption" });
    else items.push(itemOf(part === null ? id : `${part}/${id}`, caption, reference, part));
  }
  return items;
}

const captionRow = z.object({
  image: z.string().min(1).max(1000),
  caption: z.array(z.object({ generated_text: z.string().max(longestCaption) })).min(1),
});

/** By id: the picture's name without its ending. None where there is no such file. */
async function readCaptions(file: string, onBad: (bad: BadRow) => void) {
  const captions = new Map<string, string>();
  if (!existsSync(file)) return captions;
  for await (const { place, values } of readTable(file, (names) => names, onBad)) {
    const read = captionRow.safeParse(values);
    if (!read.success) {
      onBad({ place, reason: "expected an image and its caption's generated_text" });
      continue;
    }
    const id = basename(read.data.image).replace(/\.\w+$/, "");
    captions.set(id, read.data.caption[0]!.generated_text.trim());
  }
  return captions;
}

function referenceIn(folder: string, id: string): string | null {
  const file = join(folder, "svg", `${id}.svg`);
  if (existsSync(file)) {
    const read = readSvgFile(file);
    if ("svg" in read) return read.svg;
  }
  return pictureFile(join(folder, "images", `${id}.png`));
}
