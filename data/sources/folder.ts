/**
 * A folder of `.svg` files, with its subfolders. A drawing's captions are those of a table of the
 * folder (`metadata.csv`, or `train_meta.csv` and `val_meta.csv` beside `svg/`, as OmniSVG trains
 * on), else the lines of the `.txt` file or the words of the `.json` file of the same name beside it,
 * else the words of its file name, which may be chosen before all others. Links are not followed. A folder without drawings may hold tables
 * and shards, or be what `save_to_disk` of Hugging Face's `datasets` writes.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type CaptionOptions, captionOf, writeCaptions } from "./captions.ts";
import { jsonlSource } from "./jsonl.ts";
import { type BadRow, type Source, SourceError, type SourceRow } from "./source.ts";
import { readSvgFile } from "./svg-file.ts";
import { isSavedDataset, savedFiles } from "./tables/arrow.ts";
import type { ColumnChoice } from "./tables/columns.ts";
import { isTableFile, tableSource, tablesOf } from "./tables/open-table.ts";
import { captionsOfObject, type FileReader } from "./tables/rows.ts";
import { decodeText, readTextFile } from "./text-encoding.ts";

/** @throws SourceError when the folder cannot be read or holds nothing that is known. */
export function folderSource(
  folder: string,
  captions: CaptionOptions,
  columns: ColumnChoice | null = null,
): Source {
  if (isSavedDataset(folder)) return tableSource(folder, savedFiles(folder), { columns });
  const names = captions.fileNames === true ? [] : namesIn(folder);
  const tables = ["metadata.csv", "metadata.tsv", "train_meta.csv", "val_meta.csv"].filter((name) =>
    names.includes(name),
  );
  if (tables.length > 0) {
    const files = tables.map((name) => join(folder, name));
    return tableSource(folder, files, { columns, readFile: drawingsIn(folder) });
  }
  if (names.includes("metadata.jsonl")) {
    const file = join(folder, "metadata.jsonl");
    return { ...jsonlSource(file, columns, drawingsIn(folder)), name: folder };
  }
  const files = svgFiles(folder);
  if (files.length === 0) return tablesIn(folder, columns);
  return {
    name: folder,
    facts: { origin: folder, version: null, licence: null, url: null },
    *rows(onBad: (bad: BadRow) => void): Iterable<SourceRow> {
      for (const file of files) {
        const row = readRow(folder, file, captions);
        if ("reason" in row) onBad(row);
        else yield row;
      }
    },
  };
}

/** Every `.svg` file below a folder, sorted. @throws SourceError when it cannot be read. */
export function svgFiles(folder: string): string[] {
  return filesIn(folder, (name) => name.toLowerCase().endsWith(".svg"));
}

function tablesIn(folder: string, columns: ColumnChoice | null): Source {
  const tables = tablesOf(filesIn(folder, isTableFile));
  if (tables.length > 0) return tableSource(folder, tables, { columns });
  const lines = filesIn(folder, (name) => /\.(jsonl|ndjson)$/i.test(name));
  if (lines.length === 0) {
    throw new SourceError(`${folder}: no .svg file in this folder; is it the right one?`);
  }
  const sources = lines.map((file) => jsonlSource(file, columns));
  return {
    name: folder,
    facts: { origin: folder, version: null, licence: null, url: null },
    async *rows(onBad: (bad: BadRow) => void): AsyncIterable<SourceRow> {
      for (const [index, source] of sources.entries()) {
        for await (const row of source.rows(onBad)) {
          const own = row.place.endsWith(`:${row.id}`);
          yield own && lines.length > 1 ? { ...row, id: `${index + 1}:${row.id}` } : row;
        }
      }
    },
  };
}

function filesIn(folder: string, isWanted: (name: string) => boolean): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isWanted(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function unreadable(folder: string, error: unknown): SourceError {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === "ENOENT" ? "no such folder" : (code ?? String(error));
  return new SourceError(`${folder}: cannot read the folder: ${reason}`, { cause: error });
}

/** Reads the drawings that a table of the folder names, none of them outside the folder. */
export function drawingsIn(folder: string): FileReader {
  const root = resolve(folder) + sep;
  return (name) => {
    const tries = [name, `${name}.svg`].flatMap((one) => [one, join("svg", one)]);
    for (const one of tries) {
      const file = resolve(folder, one);
      if (!file.startsWith(root)) return { reason: "the file that it names is not in the folder" };
      if (!file.toLowerCase().endsWith(".svg")) continue;
      if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) continue;
      return readSvgFile(file);
    }
    return { reason: `there is no drawing ${JSON.stringify(name.slice(0, 200))} in the folder` };
  };
}

function readRow(folder: string, file: string, options: CaptionOptions): SourceRow | BadRow {
  const id = relative(folder, file).slice(0, -".svg".length);
  const read = readSvgFile(file);
  if ("reason" in read) return read;
  const said = options.fileNames === true ? [] : sidecarCaptions(file);
  if (said === null) return { place: file, reason: "the captions beside it are no text" };
  const name = id.split(/[\\/]/).at(-1) ?? id;
  const captions = said.length > 0 ? said : writeCaptions(name, [], options);
  return { id, place: file, captions, svg: read.svg, words: [name] };
}

/** null where the file cannot be read. */
function sidecarCaptions(file: string): string[] | null {
  const text = file.replace(/\.svg$/i, ".txt");
  const json = file.replace(/\.svg$/i, ".json");
  // Neither what the file system nor what the decoder says of it helps more than the row's place.
  try {
    if (existsSync(text)) {
      const lines = readTextFile(text).split(/\r?\n/).map(captionOf);
      return lines.filter((line) => line !== "").slice(0, 64);
    }
    return existsSync(json) ? captionsOfObject(JSON.parse(decodeText(readFileSync(json)))) : [];
  } catch {
    return null;
  }
}
