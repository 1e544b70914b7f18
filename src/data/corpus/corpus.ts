/**
 * A corpus: the source's drawings in canonical form, identical ones merged, split into a training
 * and a held-out part by what they show. Bad rows are counted and told, never fatal.
 */
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import { type BadRow, type Source, SourceError } from "../sources/source.ts";
import { fingerprint, positionOf } from "./fingerprint.ts";

export interface CorpusEntry {
  readonly id: string;
  /** At least one; the first says it plainest. Of all rows that hold this very drawing. */
  readonly captions: readonly string[];
  readonly drawing: Drawing;
}

export interface CorpusReport {
  readonly source: string;
  /** Rows read, bad ones included. */
  readonly rows: number;
  /** Rows that repeat another row's drawing; their captions are kept. */
  readonly duplicates: number;
  /** Every row left out, with its reason. */
  readonly bad: readonly BadRow[];
  /** What the canonical form left away, by reason, and how often. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface Corpus {
  readonly train: readonly CorpusEntry[];
  readonly heldOut: readonly CorpusEntry[];
  readonly report: CorpusReport;
}

/** Reads the text of an SVG into a canonical drawing, or throws. */
export type DrawingParser = (
  svg: string,
  options: CanonicalOptions,
) => { readonly drawing: Drawing; readonly dropped: Readonly<Record<string, number>> };

export interface CorpusOptions {
  readonly canonical: CanonicalOptions;
  readonly parse: DrawingParser;
  /** Share of the drawings to hold out, 0 to 1. */
  readonly heldOut: number;
  /** Stop after so many rows. */
  readonly limit?: number | null;
}

/** @throws SourceError when no row can be used. */
export function readCorpus(source: Source, options: CorpusOptions): Corpus {
  const bad: BadRow[] = [];
  const dropped: Record<string, number> = {};
  const entries = new Map<string, { id: string; captions: Set<string>; drawing: Drawing }>();
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let rows = 0;
  let duplicates = 0;
  const onBad = (fault: BadRow) => {
    rows++;
    bad.push(fault);
  };
  for (const row of source.rows(onBad)) {
    if (rows >= limit) break;
    rows++;
    const parsed = parseRow(row.svg, options);
    if ("reason" in parsed) {
      bad.push({ place: row.place, reason: parsed.reason });
      continue;
    }
    for (const [reason, count] of Object.entries(parsed.dropped)) {
      dropped[reason] = (dropped[reason] ?? 0) + count;
    }
    const key = JSON.stringify(parsed.drawing);
    const known = entries.get(key);
    if (known) {
      duplicates++;
      for (const caption of row.captions) known.captions.add(caption);
    } else {
      const { drawing } = parsed;
      entries.set(key, { id: row.id, captions: new Set(row.captions), drawing });
    }
  }
  const report = { source: source.name, rows, duplicates, bad, dropped };
  if (entries.size === 0) throw nothingUsable(source.name, bad);
  return { ...split([...entries.values()], options.heldOut), report };
}

function parseRow(svg: string, options: CorpusOptions) {
  try {
    const { drawing, dropped } = options.parse(svg, options.canonical);
    if (drawing.elements.length === 0) return { reason: "nothing is left to draw" };
    return { drawing, dropped };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

function nothingUsable(name: string, bad: readonly BadRow[]): SourceError {
  const [first] = bad;
  const why = first ? `; the first: ${first.place}: ${first.reason}` : "";
  return new SourceError(`${name}: no usable drawing among ${bad.length} rows${why}`);
}

function split(
  entries: readonly { id: string; captions: Set<string>; drawing: Drawing }[],
  share: number,
): { train: CorpusEntry[]; heldOut: CorpusEntry[] } {
  const train: CorpusEntry[] = [];
  const heldOut: CorpusEntry[] = [];
  for (const { id, captions, drawing } of entries) {
    const side = positionOf(fingerprint(drawing)) < share ? heldOut : train;
    side.push({ id, captions: [...captions], drawing });
  }
  return { train, heldOut };
}
