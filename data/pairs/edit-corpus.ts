/**
 * Edits of a source: rows with a drawing before, an instruction and a drawing after, in canonical form,
 * split by both. Rows that hold no such pair are counted and told, never fatal.
 */
import type { Corpus, CorpusSource } from "../corpus/corpus.ts";
import type { CorpusEntry } from "../corpus/entry.ts";
import { drawingKey } from "../corpus/read-or-refuse.ts";
import { heldOutAmong } from "../corpus/split.ts";
import type { SourceRow } from "../sources/source.ts";
import { type PairReadOptions, readAll, readTwo } from "./pair-rows.ts";

export type EditCorpusOptions = PairReadOptions;

const naming = {
  names: ["before", "after"],
  same: "the change leaves the drawing as it is",
} as const;

/** Its `print` is of the drawing before. */
interface Edit extends CorpusEntry {
  readonly printAfter: string;
}

/** @throws SourceError when no row can be used. */
export async function readEdits(
  sources: readonly CorpusSource[],
  options: EditCorpusOptions,
): Promise<Corpus> {
  const entries: CorpusEntry[] = [];
  const printsAfter: string[] = [];
  const report = await readAll<Edit>(sources, options.limit, {
    read: (row, dropped) => readEdit(row, options, dropped),
    keyOf: ({ captions, drawing, before }) =>
      [...captions, drawingKey(drawing), drawingKey(before!)].join(),
    place({ printAfter, ...entry }, id, set, weight) {
      entries.push({ ...entry, id, set, weight });
      printsAfter.push(printAfter);
    },
  });
  // All edits of one drawing stand on one side, and all that lead to it, in one step or several.
  const items = entries.map(({ print = "" }, index) => {
    return { print, otherPrint: printsAfter[index] ?? "", set: 0, names: [] };
  });
  const isHeldOut = heldOutAmong(items, options, (index) => entries[index]!.drawing);
  return {
    train: entries.filter((_, index) => isHeldOut[index] === 0),
    heldOut: entries.filter((_, index) => isHeldOut[index] === 1),
    report,
  };
}

function readEdit(
  row: SourceRow,
  options: EditCorpusOptions,
  dropped: Record<string, number>,
): Edit | { readonly reason: string } {
  if (row.before === undefined) return { reason: "no drawing before the change beside it" };
  const read = readTwo(row, [row.before, row.svg], naming, options, dropped);
  if ("reason" in read) return read;
  const [before, { drawing, print: printAfter }] = read;
  const { id, captions } = row;
  return { id, captions, drawing, before: before.drawing, print: before.print, printAfter };
}
