/** Rows that hold two drawings, read from all sources. Rows that do not are counted and told, never fatal. */
import {
  addCounts,
  type CorpusOptions,
  type CorpusReport,
  type CorpusSource,
  nothingUsable,
  type SetReport,
} from "../corpus/corpus.ts";
import type { CorpusEntry } from "../corpus/entry.ts";
import { drawingKey, type ReadRow, readSourceRow } from "../corpus/read-or-refuse.ts";
import type { BadRow, SourceRow } from "../sources/source.ts";

export type PairReadOptions = Pick<
  CorpusOptions,
  "canonical" | "parse" | "heldOut" | "limit" | "strokeWidth"
>;

/** What the drawings of a row are called in faults, and where they stand. */
interface Naming {
  readonly names: readonly [first: string, second: string];
  readonly same: string;
}

/**
 * Both drawings of a row in canonical form; what that left away is added to `dropped`.
 * @param svgs of the first and of the second drawing.
 */
export function readTwo(
  row: SourceRow,
  svgs: readonly [first: string, second: string],
  { names, same }: Naming,
  { canonical, parse, strokeWidth = null }: PairReadOptions,
  dropped: Record<string, number>,
): readonly [ReadRow, ReadRow] | { readonly reason: string } {
  const reading = { canonical, parse, strokeWidth, styleShare: 0, word: null };
  const first = readSourceRow({ ...row, svg: svgs[0] }, reading);
  if ("reason" in first) return { reason: `${names[0]}: ${first.reason}` };
  const second = readSourceRow({ ...row, svg: svgs[1] }, reading);
  if ("reason" in second) return { reason: `${names[1]}: ${second.reason}` };
  if (drawingKey(first.drawing) === drawingKey(second.drawing)) return { reason: same };
  addCounts(dropped, first.dropped);
  addCounts(dropped, second.dropped);
  return [first, second];
}

/** How a kind of rows is read. */
export interface RowReader<Read> {
  /** @param dropped counts of what the canonical form left away are added. */
  read(row: SourceRow, dropped: Record<string, number>): Read | { readonly reason: string };
  /** The same for rows that say the same. */
  keyOf(read: Read): string;
  /** @param id unlike that of any other source's row. */
  place(read: Read, id: string, set: number, weight: number): void;
}

/** @throws SourceError when no row can be used. */
export async function readAll<Read extends Pick<CorpusEntry, "id">>(
  sources: readonly CorpusSource[],
  limit: number | null | undefined,
  reader: RowReader<Read>,
): Promise<CorpusReport> {
  const dropped: Record<string, number> = {};
  const sets: SetReport[] = [];
  const keys = new Set<string>();
  for (const [set, { source, weight = 1 }] of sources.entries()) {
    const bad: BadRow[] = [];
    let [rows, duplicates] = [0, 0];
    const onBad = (fault: BadRow) => {
      rows++;
      bad.push(fault);
    };
    for await (const row of source.rows(onBad)) {
      if (rows >= (limit ?? Number.POSITIVE_INFINITY)) break;
      rows++;
      const read = reader.read(row, dropped);
      if ("reason" in read) {
        bad.push({ place: row.place, reason: read.reason });
        continue;
      }
      const key = reader.keyOf(read);
      const id = sources.length > 1 ? `${source.name}:${read.id}` : read.id;
      if (keys.has(key)) duplicates++;
      else reader.place(read, id, set, weight);
      keys.add(key);
    }
    const facts = source.facts ?? null;
    sets.push({ name: source.name, facts, weight, rows, duplicates, bad, styles: {} });
  }
  const report = {
    source: sets.map(({ name }) => name).join(", "),
    rows: sets.reduce((sum, { rows }) => sum + rows, 0),
    duplicates: sets.reduce((sum, { duplicates }) => sum + duplicates, 0),
    bad: sets.flatMap(({ bad }) => bad),
    dropped,
    sets,
  };
  if (keys.size === 0) throw nothingUsable(report.source, report.bad);
  return report;
}
