/**
 * Preferences: rows with a caption, a chosen drawing and a rejected one, in canonical form, split by their
 * captions. Rows that hold no such pair are counted and told, never fatal.
 */
import { createHash } from "node:crypto";
import type { Drawing } from "../../svg/index.ts";
import type { CorpusReport, CorpusSource } from "../corpus/corpus.ts";
import type { CorpusEntry } from "../corpus/entry.ts";
import { positionOf } from "../corpus/fingerprint.ts";
import { drawingKey } from "../corpus/read-or-refuse.ts";
import type { SourceRow } from "../sources/source.ts";
import { type PairReadOptions, readAll, readTwo } from "./pair-rows.ts";

/** Its `drawing` is the chosen one. */
export interface PairEntry extends CorpusEntry {
  readonly rejected: Drawing;
}

export interface PairCorpus {
  readonly train: readonly PairEntry[];
  readonly heldOut: readonly PairEntry[];
  readonly report: CorpusReport;
}

export type PairCorpusOptions = PairReadOptions;

const naming = {
  names: ["chosen", "rejected"],
  same: "the chosen drawing is the rejected one",
} as const;

/** @throws SourceError when no row can be used. */
export async function readPairs(
  sources: readonly CorpusSource[],
  options: PairCorpusOptions,
): Promise<PairCorpus> {
  const entries: PairEntry[] = [];
  const report = await readAll<PairEntry>(sources, options.limit, {
    read: (row, dropped) => readPair(row, options, dropped),
    keyOf: ({ captions, drawing, rejected }) =>
      [captions[0], drawingKey(drawing), drawingKey(rejected)].join(),
    place: (entry, id, set) => entries.push({ ...entry, id, set }),
  });
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
  options: PairCorpusOptions,
  dropped: Record<string, number>,
): PairEntry | { readonly reason: string } {
  if (row.rejected === undefined) return { reason: "no rejected drawing beside it" };
  const read = readTwo(row, [row.svg, row.rejected], naming, options, dropped);
  if ("reason" in read) return read;
  const [{ drawing }, { drawing: rejected }] = read;
  return { id: row.id, captions: row.captions.slice(0, 1), drawing, rejected };
}
