/**
 * What another system drew: a folder of its files, or a table. Files are named by the caption's id
 * (`7.svg`, `svg/7.svg` as of SArena), its place in the benchmark from 0 (`007.svg` as of OmniSVG), or
 * the caption itself (`arrow-up.svg`, `01-arrow-up.svg` as of `pathloom generate`).
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readSvgFile, readTable, SourceError, textOf } from "../../../data/index.ts";
import { sampleFile } from "../../runs/index.ts";
import type { BenchmarkItem } from "../benchmark/benchmark.ts";

export interface FoundDrawing {
  /** Null where there is none for the caption. */
  readonly svg: string | null;
  /** Null where it is not said. */
  readonly tokens: number | null;
  readonly seconds: number | null;
}

const nothing: FoundDrawing = { svg: null, tokens: null, seconds: null };

/**
 * @returns one for each caption, in their order.
 * @throws SourceError where there is no such folder, or not one drawing in it fits a caption.
 */
export async function foundDrawings(
  place: string,
  items: readonly BenchmarkItem[],
): Promise<FoundDrawing[]> {
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats === undefined) throw new SourceError(`${place}: there is no such folder or table`);
  const found = stats.isDirectory() ? inFolder(place, items) : await inTable(place, items);
  if (found.some(({ svg }) => svg !== null)) return found;
  const [{ id, caption } = { id: "1", caption: "heart" }] = items;
  throw new SourceError(
    `${place}: no drawing in it is named as a caption: expected files as ${id}.svg, 000.svg or ${slug(caption)}.svg, or a table with id and svg`,
  );
}

function inFolder(folder: string, items: readonly BenchmarkItem[]): FoundDrawing[] {
  const below = join(folder, "svg");
  const place = existsSync(below) ? below : folder;
  const files = new Map(
    readdirSync(place, { recursive: true, encoding: "utf8" })
      .filter((name) => name.toLowerCase().endsWith(".svg"))
      .map((name) => [name.replaceAll("\\", "/").slice(0, -4).toLowerCase(), join(place, name)]),
  );
  const firstOf = (names: readonly string[]) =>
    names.map((name) => files.get(name)).find((each) => each !== undefined);
  const byId = items.map(({ id }) => firstOf([id.toLowerCase()]));
  const byPlace = items.map(({ caption, place: inAll }, index) => {
    const number = inAll ?? index;
    return firstOf([
      slug(caption),
      sampleFile(number, caption).slice(0, -4),
      ...[1, 2, 3, 4, 5, 6].map((digits) => String(number).padStart(digits, "0")),
    ]);
  });
  // Of numbers some are ids and places of different captions: all are what more of them are.
  const count = (found: readonly unknown[]) => found.filter((each) => each !== undefined).length;
  return (count(byId) >= count(byPlace) ? byId : byPlace).map((file) => {
    const read = file === undefined ? null : readSvgFile(file);
    return read !== null && "svg" in read ? { ...nothing, svg: read.svg } : nothing;
  });
}

const svgNames = ["svg", "answer", "output", "text", "svg_code"];

async function inTable(file: string, items: readonly BenchmarkItem[]): Promise<FoundDrawing[]> {
  const byId = new Map<string, { drawing: FoundDrawing; caption: string | null }>();
  const byCaption = new Map<string, FoundDrawing>();
  // A row that cannot be read is a drawing that is not there.
  for await (const { values } of readTable(
    file,
    (names) => names,
    () => {},
  )) {
    const answer = svgNames.map((name) => textOf(values[name])).find((text) => text !== null);
    const drawing: FoundDrawing = {
      svg: answer == null ? null : svgIn(answer),
      tokens: numberOf(values.tokens),
      seconds: numberOf(values.seconds),
    };
    const id = textOf(values.id);
    const said = textOf(values.caption) ?? textOf(values.prompt);
    const caption = said === null ? null : slug(said);
    if (id !== null) byId.set(id, { drawing, caption });
    if (caption !== null) byCaption.set(caption, drawing);
  }
  return items.map(({ id, caption }) => {
    const own = byId.get(id);
    const alike = byCaption.get(slug(caption));
    // An id beside another caption is one that they counted otherwise.
    const isOwn = own?.caption == null || own.caption === slug(caption) || alike === undefined;
    return (isOwn ? (own?.drawing ?? alike) : alike) ?? nothing;
  });
}

/** The drawing within an answer of a chat model. One pattern for both ends takes the square of its length. */
function svgIn(answer: string): string {
  const begin = answer.search(/<svg/i);
  let end = -1;
  for (const { 0: tag, index } of answer.matchAll(/<\/svg>/gi)) end = index + tag.length;
  return begin >= 0 && end > begin ? answer.slice(begin, end) : answer;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && number >= 0 && number < 1e9 ? number : null;
}

function slug(caption: string): string {
  return caption
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 80);
}
