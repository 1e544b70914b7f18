/**
 * A folder of `.svg` files, with its subfolders. A drawing's captions are the lines of the `.txt`
 * file of the same name beside it, or else the words of its file name. Links are not followed.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { type CaptionOptions, wordsOf, writeCaptions } from "./captions.ts";
import { type BadRow, type Source, SourceError, type SourceRow } from "./source.ts";
import { readSvgFile } from "./svg-file.ts";
import { readTextFile } from "./text-encoding.ts";

/** @throws SourceError when the folder cannot be read or holds no `.svg` file. */
export function folderSource(folder: string, captions: CaptionOptions): Source {
  const files = svgFiles(folder);
  if (files.length === 0) {
    throw new SourceError(`${folder}: no .svg file in this folder; is it the right one?`);
  }
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
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith(".svg"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such folder" : (code ?? String(error));
    throw new SourceError(`${folder}: cannot read the folder: ${reason}`, { cause: error });
  }
}

function readRow(folder: string, file: string, options: CaptionOptions): SourceRow | BadRow {
  const id = relative(folder, file).slice(0, -".svg".length);
  const read = readSvgFile(file);
  if ("reason" in read) return read;
  const said = sidecarCaptions(file);
  if (said === null) return { place: file, reason: "the captions beside it are no text" };
  const name = id.split(/[\\/]/).at(-1) ?? id;
  const captions = said.length > 0 ? said : writeCaptions(name, [], options);
  return { id, place: file, captions, svg: read.svg, words: [name] };
}

/** null where the file cannot be read. */
function sidecarCaptions(file: string): string[] | null {
  const sidecar = file.replace(/\.svg$/i, ".txt");
  if (!existsSync(sidecar)) return [];
  let text: string;
  try {
    text = readTextFile(sidecar);
  } catch {
    // Neither what the file system nor what the decoder says of it helps more than the row's place.
    return null;
  }
  const lines = text.split(/\r?\n/).map(wordsOf);
  return lines.filter((line) => line !== "").slice(0, 64);
}
