/**
 * A `.jsonl` file: one `{"caption": "…", "svg": "<svg …"}` a line, `captions` may be a list; or lines
 * of another layout that is known, as questions and answers, or of chosen columns.
 */
import { accessSync, constants } from "node:fs";
import { z } from "zod";
import { captionOf } from "./captions.ts";
import { readLines } from "./lines.ts";
import { type BadRow, type Source, SourceError, type SourceRow } from "./source.ts";
import type { ColumnChoice } from "./tables/columns.ts";
import { type FileReader, objectRow } from "./tables/rows.ts";

const maximumLineBytes = 1_000_000;

const record = z
  .object({
    id: z.string().min(1).optional(),
    caption: z.string().optional(),
    captions: z.array(z.string()).max(64).optional(),
    svg: z.string().min(1),
  })
  .refine(({ caption, captions }) => caption !== undefined || captions !== undefined, {
    path: ["caption"],
  });

/** @throws SourceError when the file cannot be opened. */
export function jsonlSource(
  file: string,
  columns: ColumnChoice | null = null,
  readFile?: FileReader,
): Source {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file" : (code ?? String(error));
    throw new SourceError(`${file}: cannot read the drawings: ${reason}`, { cause: error });
  }
  return {
    name: file,
    facts: { origin: file, version: null, licence: null, url: null },
    *rows(onBad: (bad: BadRow) => void): Iterable<SourceRow> {
      for (const { number, text, fault } of readLines(file, maximumLineBytes)) {
        if (text?.trim() === "") continue;
        const place = `${file}:${number}`;
        const row =
          text === null
            ? { place, reason: fault ?? "unreadable" }
            : readRow({ place, number, text, columns, ...(readFile && { readFile }) });
        if ("reason" in row) onBad(row);
        else yield row;
      }
    },
  };
}

interface JsonLine {
  readonly place: string;
  readonly number: number;
  readonly text: string;
  readonly columns: ColumnChoice | null;
  readonly readFile?: FileReader;
}

function readRow({ place, number, text, columns, readFile }: JsonLine): SourceRow | BadRow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { place, reason: "not JSON" };
  }
  const parsed = record.safeParse(value);
  if (!parsed.success || columns !== null) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const values = isObject ? (value as Record<string, unknown>) : {};
    if (columns !== null || readFile !== undefined || isDialogue(values)) {
      return objectRow({ place, id: String(number), values }, columns, readFile);
    }
  }
  if (!parsed.success) {
    return {
      place,
      reason: `expected {"caption": text, "svg": text}, but ${fault(value, parsed.error)}`,
    };
  }
  const { id, caption, captions = [], svg } = parsed.data;
  const said = [...new Set([caption ?? "", ...captions].map(captionOf))].filter(
    (one) => one !== "",
  );
  if (said.length === 0) return { place, reason: "the caption is empty" };
  return { id: id ?? String(number), place, captions: said, svg };
}

function fault(value: unknown, error: z.ZodError): string {
  const [key] = error.issues[0]?.path ?? [];
  if (typeof key !== "string") return "the line is another thing";
  const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, key);
  return isThere
    ? `${key} does not fit`
    : `there is no ${key}; where keys have other names, data.source says so by columns (docs/data.md)`;
}

function isDialogue(values: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(values);
  const known = [
    ["instruction", "output"],
    ["messages"],
    ["conversations"],
    ["chosen", "rejected"],
    ["svg_code"],
    ["detail"],
  ];
  return known.some((keys) => keys.every((key) => names.includes(key)));
}
