/**
 * A corpus: the sources' drawings in canonical form, identical ones merged, split into a training
 * and a held-out part by what they show. Bad rows are counted and told, never fatal.
 */
import type { CanonicalOptions } from "../../svg/index.ts";
import type { CaptionScorer } from "../filters/caption-score.ts";
import { type FilterOptions, noFilters } from "../filters/options.ts";
import { type BadRow, type SetFacts, type Source, SourceError } from "../sources/source.ts";
import type { CorpusEntry } from "./entry.ts";
import { MergedEntry } from "./merged-entry.ts";
import { type DrawingParser, drawingKey, type ReadRow, readSourceRow } from "./read-or-refuse.ts";
import { ScoredRows } from "./scored-rows.ts";
import { splitEntries } from "./split.ts";
import { withoutLike } from "./without-like.ts";

export type { CorpusEntry } from "./entry.ts";
export type { DrawingParser } from "./read-or-refuse.ts";

/** What came of one source. */
export interface SetReport {
  readonly name: string;
  readonly facts: SetFacts | null;
  readonly weight: number;
  /** Rows read, bad ones included. */
  readonly rows: number;
  /** Rows that repeat the drawing of another row, of this set or of one before. */
  readonly duplicates: number;
  /** Rows and drawings left out: those that could not be read, and those that a filter did. */
  readonly bad: readonly BadRow[];
  /** Rows that each style was said of. */
  readonly styles: Readonly<Record<string, number>>;
}

export interface CorpusReport {
  /** Names of the sources, with commas between. */
  readonly source: string;
  /** Rows read, bad ones included. */
  readonly rows: number;
  /** Rows that repeat another row's drawing; their captions are kept. */
  readonly duplicates: number;
  /** Every row left out, with its reason. */
  readonly bad: readonly BadRow[];
  /** What the canonical form left away, by reason, and how often. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly sets: readonly SetReport[];
}

export interface Corpus {
  readonly train: readonly CorpusEntry[];
  readonly heldOut: readonly CorpusEntry[];
  readonly report: CorpusReport;
}

export interface CorpusOptions {
  readonly canonical: CanonicalOptions;
  readonly parse: DrawingParser;
  /** Share of the drawings to hold out, 0 to 1. */
  readonly heldOut: number;
  /** Stop after so many rows of each source. */
  readonly limit?: number | null;
  /** Strokes of all drawings get this width on 24 units, and round ends; null or left out keeps them. */
  readonly strokeWidth?: number | null;
  /** Share of the captions that say the style; undefined or null: 0 of one source, else 0.75. */
  readonly styleWords?: number | null;
  /** Whether drawings of one name in several sets stand on one side of the split; yes unless false. */
  readonly splitNames?: boolean;
  /** None where they are left out. */
  readonly filters?: FilterOptions;
  /** Of `filters.clipScore`: who scores. */
  readonly scorer?: CaptionScorer;
}

/** A source with what the configuration says of it. */
export interface CorpusSource {
  readonly source: Source;
  /** 1 unless given. */
  readonly weight?: number;
  /** What captions call its style, in place of its own word. */
  readonly word?: string | null;
}

const shareOfMixed = 0.75;

/** Share of the captions that say the style: as asked, or by whether sets are mixed. */
export function styleShareOf(asked: number | null | undefined, sets: number): number {
  return asked ?? (sets > 1 ? shareOfMixed : 0);
}

/**
 * @throws SourceError when no row can be used; UsageError where filters ask for scores and no scorer
 * is passed.
 */
export async function readCorpus(
  sources: Source | readonly CorpusSource[],
  options: CorpusOptions,
): Promise<Corpus> {
  const list = "rows" in sources ? [{ source: sources }] : sources;
  const entries = new Map<string, MergedEntry>();
  const dropped: Record<string, number> = {};
  const styleShare = styleShareOf(options.styleWords, list.length);
  const sets: (SetReport & { readonly bad: BadRow[] })[] = [];
  for (const [set, one] of list.entries()) {
    const reading = { set, several: list.length > 1, styleShare, entries, dropped };
    sets.push(await readSet(one, options, reading));
  }
  const source = sets.map(({ name }) => name).join(", ");
  if (entries.size === 0)
    throw nothingUsable(
      source,
      sets.flatMap(({ bad }) => bad),
    );
  const all = [...entries.values()].map((entry) => entry.close());
  const { kept, joined, left } = withoutLike(all, options.filters ?? noFilters);
  for (const { set, ...row } of left) sets[set]!.bad.push(row);
  const report = {
    source,
    rows: sum(sets, ({ rows }) => rows),
    duplicates: sum(sets, ({ duplicates }) => duplicates),
    bad: sets.flatMap(({ bad }) => bad),
    dropped,
    sets,
  };
  return { ...splitEntries(kept, { ...options, joined }), report };
}

interface Reading {
  readonly set: number;
  readonly several: boolean;
  readonly styleShare: number;
  /** By their drawing; more are added. */
  readonly entries: Map<string, MergedEntry>;
  /** Counts are added. */
  readonly dropped: Record<string, number>;
}

async function readSet(
  { source, weight = 1, word = null }: CorpusSource,
  options: CorpusOptions,
  { set, several, styleShare, entries, dropped }: Reading,
): Promise<SetReport & { readonly bad: BadRow[] }> {
  const bad: BadRow[] = [];
  const styles: Record<string, number> = {};
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const { canonical, parse, strokeWidth = null, filters = noFilters } = options;
  const reading = { canonical, parse, strokeWidth, styleShare, word, filters };
  const scored = new ScoredRows(filters, options.scorer);
  let rows = 0;
  let duplicates = 0;
  const onBad = (fault: BadRow) => {
    rows++;
    bad.push(fault);
  };
  const add = (read: ReadRow) => {
    addCounts(dropped, read.dropped);
    if (read.style !== undefined) addCounts(styles, { [read.style]: 1 });
    const key = drawingKey(read.drawing);
    const known = entries.get(key);
    if (known) duplicates++;
    const id = several ? `${source.name}:${read.id}` : read.id;
    const entry = known ?? new MergedEntry(id, set, read);
    entry.add(read, weight);
    entries.set(key, entry);
  };
  for await (const row of source.rows(onBad)) {
    if (rows >= limit) break;
    rows++;
    const { place } = row;
    const read = readSourceRow(row, reading);
    if ("reason" in read) bad.push({ place, ...read });
    else if (!scored.scores) add(read);
    else for (const one of await scored.put(place, read, bad)) add(one);
  }
  for (const one of await scored.rest(bad)) add(one);
  return { name: source.name, facts: source.facts ?? null, weight, rows, duplicates, bad, styles };
}

/** Adds counts to others, by reason. */
export function addCounts(
  to: Record<string, number>,
  counts: Readonly<Record<string, number>>,
): void {
  for (const [reason, count] of Object.entries(counts)) to[reason] = (to[reason] ?? 0) + count;
}

/** The error where no row can be used. */
export function nothingUsable(name: string, bad: readonly BadRow[]): SourceError {
  const [first] = bad;
  const why = first ? `; the first: ${first.place}: ${first.reason}` : "";
  return new SourceError(`${name}: no usable drawing among ${bad.length} rows${why}`);
}

function sum<T>(list: readonly T[], count: (one: T) => number): number {
  return list.reduce((total, one) => total + count(one), 0);
}
