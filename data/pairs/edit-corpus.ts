/**
 * Edits of a source: rows with a drawing before, an instruction and a drawing after, in canonical form,
 * split by both. Rows that hold no such pair are counted and told, never fatal.
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
import { drawingKey, readSourceRow } from "../corpus/read-row.ts";
import { heldOutAmong } from "../corpus/split.ts";
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
  const printsAfter: string[] = [];
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
      const read = readEdit(row, options, dropped);
      if ("reason" in read) {
        bad.push({ place: row.place, reason: read.reason });
        continue;
      }
      const { entry, printAfter } = read;
      const key = [...entry.captions, drawingKey(entry.drawing), drawingKey(entry.before!)].join();
      if (keys.has(key)) duplicates++;
      else {
        const id = sources.length > 1 ? `${source.name}:${entry.id}` : entry.id;
        entries.push({ ...entry, id, set, weight });
        printsAfter.push(printAfter);
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
  // All edits of one drawing stand on one side, and all that lead to it, in one step or several.
  const items = entries.map(({ print = "" }, index) => {
    return { print, otherPrint: printsAfter[index] ?? "", set: 0, names: [] };
  });
  const isHeldOut = heldOutAmong(items, options, () => []);
  return {
    train: entries.filter((_, index) => isHeldOut[index] === 0),
    heldOut: entries.filter((_, index) => isHeldOut[index] === 1),
    report,
  };
}

function readEdit(
  row: SourceRow,
  { canonical, parse, strokeWidth = null }: EditCorpusOptions,
  dropped: Record<string, number>,
): { readonly entry: CorpusEntry; readonly printAfter: string } | { readonly reason: string } {
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
  const { drawing, print: printAfter } = after;
  return {
    entry: { id, captions, drawing, before: before.drawing, print: before.print },
    printAfter,
  };
}
