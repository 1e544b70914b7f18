/**
 * The images of a folder with what is said of them: in a table of the folder (`metadata.jsonl` or
 * `metadata.csv` with `file_name`, as Hugging Face's image folders), else in the `.txt` or `.json` file of
 * the same name, else by the image's name.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { extname, isAbsolute, join, relative, sep } from "node:path";
import { parse } from "csv-parse/sync";
import { captionOf, captionsOfObject, writeCaptions } from "../../../data/index.ts";
import { UsageError } from "../../../errors/index.ts";

export interface FoundImage {
  readonly file: string;
  /** Below the folder, with `/` between its parts, without its ending where that is enough. */
  readonly id: string;
  /** At least one; or why there is none. */
  readonly captions: readonly string[] | { readonly reason: string };
}

/** Bytes of a table, or of the captions of one image. */
const maxTableBytes = 2 ** 28;
const maxCaptionBytes = 2 ** 20;
const mostCaptions = 64;

/**
 * In the order of their names.
 * @param target of the data set; where it lies within the folder, nothing of it is an image to trace
 * @throws UsageError for a folder that holds none
 */
export function findImages(folder: string, target: string): FoundImage[] {
  const inner = placeWithin(folder, target);
  const files = imageFiles(folder).filter(
    (file) => inner === null || !relative(folder, file).startsWith(inner + sep),
  );
  if (files.length === 0) {
    throw new UsageError(`${folder}: no .png, .jpg, .jpeg or .webp file in this folder`);
  }
  const table = tableOf(folder);
  const ids = new Set<string>();
  return files.map((file) => {
    const name = relative(folder, file).split(sep).join("/");
    const plain = name.slice(0, -extname(name).length);
    const id = freeId(ids, plain, name.replaceAll(".", "-"));
    ids.add(id);
    return { file, id, captions: captionsOf(file, table?.get(name), plain) };
  });
}

function freeId(taken: ReadonlySet<string>, plain: string, whole: string): string {
  if (!taken.has(plain)) return plain;
  let id = whole;
  for (let i = 2; taken.has(id); i++) id = `${whole}-${i}`;
  return id;
}

/** null where the target is not there, or not below the folder. */
function placeWithin(folder: string, target: string): string | null {
  if (!existsSync(folder) || !existsSync(target)) return null;
  const path = relative(realpathSync(folder), realpathSync(target));
  const isOutside = path === "" || path.split(sep)[0] === ".." || isAbsolute(path);
  return isOutside ? null : path;
}

function imageFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(png|jpe?g|webp)$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${folder}: cannot read the folder: ${code ?? String(error)}`);
  }
}

function captionsOf(
  file: string,
  inTable: readonly string[] | undefined,
  plain: string,
): FoundImage["captions"] {
  if (inTable !== undefined && inTable.length > 0) return inTable;
  const beside = file.slice(0, -extname(file).length);
  try {
    if (existsSync(`${beside}.txt`)) {
      const lines = readBounded(`${beside}.txt`, maxCaptionBytes).split(/\r?\n/).map(captionOf);
      const said = lines.filter((line) => line !== "").slice(0, mostCaptions);
      if (said.length > 0) return said;
    } else if (existsSync(`${beside}.json`)) {
      const said = captionsOfObject(JSON.parse(readBounded(`${beside}.json`, maxCaptionBytes)));
      if (said.length > 0) return said.slice(0, mostCaptions);
    }
  } catch (error) {
    const [line] = String((error as Error).message).split("\n");
    return { reason: `the captions beside it cannot be read: ${line}` };
  }
  return writeCaptions(plain.split("/").at(-1) ?? plain, [], { variants: 1, tags: 0 });
}

/** Captions by the image's name; null where there is no table. @throws UsageError for a broken one */
function tableOf(folder: string): Map<string, readonly string[]> | null {
  const file = ["metadata.jsonl", "metadata.csv"]
    .map((name) => join(folder, name))
    .find((name) => existsSync(name));
  if (file === undefined) return null;
  try {
    const text = readBounded(file, maxTableBytes);
    const rows: Record<string, unknown>[] = file.endsWith(".csv")
      ? parse(text, { columns: true, bom: true, relax_column_count: false })
      : text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line)]));
    return new Map(
      rows.map(({ file_name: name, ...said }) => {
        if (typeof name !== "string") throw new Error("a row without file_name");
        return [name, captionsOfObject(said).slice(0, mostCaptions)];
      }),
    );
  } catch (error) {
    const [line] = String((error as Error).message).split("\n");
    throw new UsageError(`${file}: ${line}`);
  }
}

function readBounded(file: string, most: number): string {
  const { size } = statSync(file);
  if (size > most) throw new Error(`larger than ${most} bytes`);
  return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
}
