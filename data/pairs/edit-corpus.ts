/**
 * Edits of a source: rows with a drawing before, an instruction and a drawing after, in canonical form,
 * split by the drawing before. Rows that hold no such pair are counted and told, never fatal.
 */
import {
  addCounts,
  type Corpus,
  type CorpusOptions,
  type CorpusSource,
  nothingUsable,
  type SetReport,
} from "../corpus/corpus.ts";
import type { CorpusEntry } from "../corpus/entry.ts";
import { positionOf } from "../corpus/fingerprint.ts";
import { drawingKey, readSourceRow } from "../corpus/read-row.ts";
import type { BadRow, SourceRow } from "../sources/source.ts";

export type EditCorpusOptions = Pick<
  CorpusOptions,
  "canonical" | "parse" | "heldOut" | "limit" | "strokeWidth"
>;

/** @throws SourceError when no row can be used. */
export async function readEdits(
  sources: readonly CorpusSource[],
  options: EditCorpusOptions,
): Promise<Corpus> {
  const entries: CorpusEntry[] = [];
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
      if (rows >= (options.limit ?? Number.POSITIVE_INFINITY)) break;
      rows++;
      const entry = readEdit(row, options, dropped);
      if ("reason" in entry) {
        bad.push({ place: row.place, reason: entry.reason });
        continue;
      }
      const key = [...entry.captions, drawingKey(entry.drawing), drawingKey(entry.before!)].join();
      if (keys.has(key)) duplicates++;
      else {
        const id = sources.length > 1 ? `${source.name}:${entry.id}` : entry.id;
        entries.push({ ...entry, id, set, weight });
      }
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
  if (entries.length === 0) throw nothingUsable(report.source, report.bad);
  // All edits of one drawing stand on one side.
  const isHeldOut = ({ print = "" }: CorpusEntry) => positionOf(print) < options.heldOut;
  return {
    train: entries.filter((entry) => !isHeldOut(entry)),
    heldOut: entries.filter(isHeldOut),
    report,
  };
}

function readEdit(
  row: SourceRow,
  { canonical, parse, strokeWidth = null }: EditCorpusOptions,
  dropped: Record<string, number>,
): CorpusEntry | { readonly reason: string } {
  if (row.before === undefined) return { reason: "no drawing before the change beside it" };
  const reading = { canonical, parse, strokeWidth, styleShare: 0, word: null };
  const before = readSourceRow({ ...row, svg: row.before }, reading);
  if ("reason" in before) return { reason: `before: ${before.reason}` };
  const after = readSourceRow(row, reading);
  if ("reason" in after) return { reason: `after: ${after.reason}` };
  if (drawingKey(before.drawing) === drawingKey(after.drawing)) {
    return { reason: "the change leaves the drawing as it is" };
  }
  addCounts(dropped, before.dropped);
  addCounts(dropped, after.dropped);
  const { id, captions } = row;
  return { id, captions, drawing: after.drawing, before: before.drawing, print: before.print };
}
