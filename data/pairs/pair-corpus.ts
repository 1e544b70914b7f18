/**
 * Preferences: rows with a caption, a chosen drawing and a rejected one, in canonical form, split by their
 * captions. Rows that hold no such pair are counted and told, never fatal.
 */
import { createHash } from "node:crypto";
import type { Drawing } from "../../svg/index.ts";
import {
  addCounts,
  type CorpusOptions,
  type CorpusReport,
  type CorpusSource,
  nothingUsable,
  type SetReport,
} from "../corpus/corpus.ts";
import type { CorpusEntry } from "../corpus/entry.ts";
import { positionOf } from "../corpus/fingerprint.ts";
import { drawingKey, readSourceRow } from "../corpus/read-row.ts";
import type { BadRow, SourceRow } from "../sources/source.ts";

/** Its `drawing` is the chosen one. */
export interface PairEntry extends CorpusEntry {
  readonly rejected: Drawing;
}

export interface PairCorpus {
  readonly train: readonly PairEntry[];
  readonly heldOut: readonly PairEntry[];
  readonly report: CorpusReport;
}

export type PairCorpusOptions = Pick<
  CorpusOptions,
  "canonical" | "parse" | "heldOut" | "limit" | "strokeWidth"
>;

/** @throws SourceError when no row can be used. */
export async function readPairs(
  sources: readonly CorpusSource[],
  options: PairCorpusOptions,
): Promise<PairCorpus> {
  const entries: PairEntry[] = [];
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
      const entry = readPair(row, options, dropped);
      if ("reason" in entry) {
        bad.push({ place: row.place, reason: entry.reason });
        continue;
      }
      const key = [entry.captions[0], drawingKey(entry.drawing), drawingKey(entry.rejected)].join();
      if (keys.has(key)) duplicates++;
      else {
        const id = sources.length > 1 ? `${source.name}:${entry.id}` : entry.id;
        entries.push({ ...entry, id, set });
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
  const isHeldOut = ({ captions }: PairEntry) => sideOf(captions[0] ?? "") < options.heldOut;
  return {
    train: entries.filter((entry) => !isHeldOut(entry)),
    heldOut: entries.filter(isHeldOut),
    report,
  };
}

/** All pairs of a caption stand on one side. @returns 0 to 1, evenly spread. */
function sideOf(caption: string): number {
  return positionOf(createHash("sha256").update(caption).digest("hex"));
}

function readPair(
  row: SourceRow,
  { canonical, parse, strokeWidth = null }: PairCorpusOptions,
  dropped: Record<string, number>,
): PairEntry | { readonly reason: string } {
  if (row.rejected === undefined) return { reason: "no rejected drawing beside it" };
  const reading = { canonical, parse, strokeWidth, styleShare: 0, word: null };
  const chosen = readSourceRow(row, reading);
  if ("reason" in chosen) return { reason: `chosen: ${chosen.reason}` };
  const rejected = readSourceRow({ ...row, svg: row.rejected }, reading);
  if ("reason" in rejected) return { reason: `rejected: ${rejected.reason}` };
  if (drawingKey(chosen.drawing) === drawingKey(rejected.drawing)) {
    return { reason: "the chosen drawing is the rejected one" };
  }
  addCounts(dropped, chosen.dropped);
  addCounts(dropped, rejected.dropped);
  return {
    id: row.id,
    captions: row.captions.slice(0, 1),
    drawing: chosen.drawing,
    rejected: rejected.drawing,
  };
}
