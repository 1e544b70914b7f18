/** From rows of a table to rows of a source: drawing, captions, id; or why there is none. */
import { captionOf } from "../captions.ts";
import { type BadRow, SourceError, type SourceRow } from "../source.ts";
import { maximumSvgBytes } from "../svg-file.ts";
import { type ColumnChoice, type Columns, columnsIn, type Layout, layoutOf } from "./columns.ts";
import { drawnIn, lastSaid, pairIn } from "./dialogue.ts";
import { type TableRow, textOf, textsOf } from "./table.ts";

/** Reads the drawing that a row names by its file. */
export type FileReader = (name: string) => { readonly svg: string } | { readonly reason: string };

/** Which columns to read, of those that are there. */
export type Pick = (names: readonly string[]) => readonly string[];

/**
 * How rows come out of a file: columns that are chosen before, lines under one line of names, or
 * objects of which each may have other keys.
 */
export type TableFormat =
  | {
      readonly kind: "columnar";
      readonly read: (
        file: string,
        pick: Pick,
        onBad: (bad: BadRow) => void,
      ) => AsyncIterable<TableRow>;
    }
  | {
      readonly kind: "lines" | "objects";
      readonly read: (file: string, onBad: (bad: BadRow) => void) => AsyncIterable<TableRow>;
    };

export interface RowOptions {
  readonly columns: ColumnChoice | null;
  /** Undefined where rows hold their drawings. */
  readonly readFile?: FileReader;
}

/** A row, and whether its id is its own or the number of its place. */
export type NamedRow = SourceRow & { readonly named: boolean };

/**
 * @param file which errors name.
 * @throws SourceError when no column holds drawings or captions; of objects, each is judged alone.
 */
export async function* sourceRows(
  file: string,
  format: TableFormat,
  { columns, readFile }: RowOptions,
  onBad: (bad: BadRow) => void,
): AsyncIterable<NamedRow> {
  let layout: Layout | undefined;
  const choose = (names: readonly string[]) => {
    layout = layoutOf(file, names, columns);
    return columnsIn(layout, names);
  };
  const rows =
    format.kind === "columnar" ? format.read(file, choose, onBad) : format.read(file, onBad);
  for await (const row of rows) {
    if (format.kind === "lines" && layout === undefined) choose(Object.keys(row.values));
    const made =
      format.kind === "objects"
        ? objectRow(row, columns, readFile)
        : rowOf(row, layout as Layout, readFile);
    if ("reason" in made) onBad(made);
    else yield made;
  }
}

/** One of which the keys are its own. */
export function objectRow(
  row: TableRow,
  columns: ColumnChoice | null,
  readFile?: FileReader,
): NamedRow | BadRow {
  try {
    return rowOf(row, layoutOf("the row", Object.keys(row.values), columns), readFile);
  } catch (error) {
    if (error instanceof SourceError) return { place: row.place, reason: error.message };
    throw error;
  }
}

function rowOf(row: TableRow, layout: Layout, readFile?: FileReader): NamedRow | BadRow {
  const { place } = row;
  const said: Said | { readonly reason: string } =
    "svg" in layout ? inColumns(row, layout, readFile) : pairIn(row.values, layout.kind);
  if ("reason" in said) return { place, reason: said.reason };
  const { svg, captions, id, rejected, before } = said;
  const fault = [svg, rejected, before]
    .map((drawing) => (drawing === undefined ? null : faultOf(drawing, captions)))
    .find((each) => each !== null);
  if (fault) return { place, reason: fault };
  const { shares, words } = said;
  return {
    id: id ?? row.id,
    named: id !== undefined,
    place,
    captions,
    svg,
    ...(rejected === undefined ? {} : { rejected }),
    ...(before === undefined ? {} : { before }),
    ...(shares === undefined ? {} : { shares }),
    ...(words === undefined || words.length === 0 ? {} : { words }),
  };
}

interface Said {
  readonly svg: string;
  readonly captions: readonly string[];
  readonly shares?: readonly number[];
  readonly id?: string;
  readonly words?: readonly string[];
  readonly rejected?: string;
  readonly before?: string;
}

function inColumns(
  { values }: TableRow,
  { kind, svg: column, captions, id, words, rejected, before }: Columns,
  readFile?: FileReader,
): Said | { readonly reason: string } {
  const held = textOf(values[column]) ?? drawnIn(values[column]);
  if (held === null || held.trim() === "") return { reason: `nothing in the column "${column}"` };
  const read = kind === "row" ? { svg: held } : (readFile?.(held) ?? { reason: "no such file" });
  if ("reason" in read) return read;
  const found = new Map<string, number>();
  for (const { columns, share } of captions) {
    const [only = "", ...others] = columns;
    const texts =
      others.length === 0
        ? saidIn(values[only])
        : [columns.flatMap((name) => textOf(values[name])?.trim() || []).join(". ")];
    const clean = [...new Set(texts.map(captionOf))].filter((text) => text !== "");
    for (const text of clean) found.set(text, (found.get(text) ?? 0) + share / clean.length);
  }
  const other = rejected === undefined ? undefined : otherDrawing(values[rejected], rejected);
  if (typeof other === "object") return other;
  const earlier = before === undefined ? undefined : otherDrawing(values[before], before);
  if (typeof earlier === "object") return earlier;
  const named = id === null ? null : textOf(values[id])?.trim();
  const shares = [...found.values()];
  return {
    svg: read.svg,
    captions: [...found.keys()],
    ...(shares.every((share) => share === shares[0]) ? {} : { shares }),
    ...(named ? { id: named.slice(0, 1000) } : {}),
    words: words.flatMap((name) => textsOf(values[name])).map(captionOf),
    ...(other === undefined ? {} : { rejected: other }),
    ...(earlier === undefined ? {} : { before: earlier }),
  };
}

function otherDrawing(value: unknown, column: string): string | { readonly reason: string } {
  const held = textOf(value) ?? drawnIn(value);
  return held === null || held.trim() === ""
    ? { reason: `nothing in the column "${column}"` }
    : held;
}

/** Texts, or what the user asked for last in a list of messages. */
function saidIn(value: unknown): string[] {
  const texts = textsOf(value);
  return texts.length > 0 ? texts : [lastSaid(value, "user") ?? []].flat();
}

/** What decoders put where bytes are no text. */
const broken = "\uFFFD";

function faultOf(svg: string, captions: readonly string[]): string | null {
  if (svg.length > maximumSvgBytes) return `larger than ${maximumSvgBytes} bytes`;
  if (captions.length === 0) return "the caption is empty";
  if (svg.includes(broken) || captions.some((caption) => caption.includes(broken))) {
    return "the bytes are no UTF-8";
  }
  return null;
}

/** Captions of a drawing that stands elsewhere: a text, a list of them, or an object of the usual names. */
export function captionsOfObject(value: unknown): string[] {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const values: Readonly<Record<string, unknown>> = isObject
    ? { ...value, svg: "" }
    : { caption: value, svg: "" };
  const layout = layoutOf("the captions", Object.keys(values), null);
  if (!("svg" in layout)) return [];
  const texts = layout.captions
    .flatMap(({ columns }) => columns)
    .flatMap((name) => textsOf(values[name]));
  return [...new Set(texts.map(captionOf))].filter((text) => text !== "");
}
