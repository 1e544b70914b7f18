/** Captions from files: one a line, or rows of a table with or without drawings. */
import { readFileSync, statSync } from "node:fs";
import { type BadRow, readTable, SourceError, textOf } from "../../../data/index.ts";
import { type BenchmarkItem, longestCaption } from "./benchmark.ts";

const largestText = 16 * 1024 * 1024;

/** @throws SourceError where the file cannot be read. */
export function captionLines(file: string): BenchmarkItem[] {
  try {
    if (statSync(file).size > largestText)
      throw new SourceError(`${file}: over ${largestText} bytes`);
    const lines = readFileSync(file, "utf8").split(/\r?\n/);
    return lines.flatMap((line) => {
      const caption = line.trim();
      return caption === "" ? [] : [itemOf("", caption, null, null)];
    });
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new SourceError(`${file}: cannot read the captions: ${code}`, { cause: error });
  }
}

const captionNames = ["caption", "captions", "prompt", "text", "description", "desc_en", "title"];
const drawingNames = ["svg", "svg_code", "Svg", "SVG", "reference"];
const idNames = ["id", "uuid", "key"];
const partNames = ["type", "part", "split", "category"];
const wantedNames = [...captionNames, ...drawingNames, ...idNames, ...partNames];

/** Rows of a table by their usual names; MMSVGBench's have `text` and `type`. @throws SourceError */
export async function captionRows(
  file: string,
  onBad: (bad: BadRow) => void,
): Promise<BenchmarkItem[]> {
  const items: BenchmarkItem[] = [];
  const pick = (names: readonly string[]) => names.filter((name) => wantedNames.includes(name));
  for await (const { place, values } of readTable(file, pick, onBad)) {
    const said = (names: readonly string[]) => {
      const found = names.map((name) => values[name]).find((value) => value !== undefined);
      return textOf(Array.isArray(found) ? found[0] : found)?.trim() || null;
    };
    const caption = said(captionNames);
    if (caption === null) onBad({ place, reason: `no ${captionNames.join(", ")} in the row` });
    else items.push(itemOf(said(idNames) ?? "", caption, said(drawingNames), said(partNames)));
  }
  return items;
}

/** @param id empty where the row has none: its place will be its id. */
export function itemOf(
  id: string,
  caption: string,
  reference: string | null,
  part: string | null,
): BenchmarkItem {
  return { id: id.slice(0, 200), caption: caption.slice(0, longestCaption), reference, part };
}
