/** Captions to begin with: lines of a text, or a column of a table. */
import { readFileSync, statSync } from "node:fs";
import { type BadRow, captionsOfObject, readTable } from "../../data/index.ts";
import { UsageError } from "../../errors/index.ts";

/** Bytes of a text of captions. */
const maxTextBytes = 2 ** 28;
const longestCaption = 1000;
const known = ["caption", "captions", "description", "text", "prompt", "title", "name"];

/**
 * Each once, in their order.
 * @param limit how many at most
 * @param onBad is told of rows that cannot be read
 * @throws UsageError for a file that holds none; SourceError for a table that cannot be read
 */
export async function readCaptions(
  file: string,
  limit: number | null,
  onBad: (bad: BadRow) => void,
): Promise<string[]> {
  const found = new Set<string>();
  const most = limit ?? Number.POSITIVE_INFINITY;
  const add = (text: string) => {
    const plain = text
      .replaceAll(/[\p{Cc}\s]+/gu, " ")
      .trim()
      .slice(0, longestCaption);
    if (plain !== "" && found.size < most) found.add(plain);
  };
  if (/\.txt$/i.test(file)) for (const line of textOf(file).split("\n")) add(line);
  else {
    const wanted = (names: readonly string[]) => names.filter((name) => known.includes(name));
    for await (const { values } of readTable(file, wanted, onBad)) {
      for (const text of captionsOfObject(values)) add(text);
      if (found.size >= most) break;
    }
  }
  if (found.size === 0) throw new UsageError(`${file}: no captions in it`);
  return [...found];
}

function textOf(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > maxTextBytes) throw new UsageError(`${file}: larger than ${maxTextBytes} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file}: cannot be read: ${code ?? "no UTF-8"}`);
  }
}
