/**
 * A corpus: the sources' drawings in canonical form, identical ones merged, split into a training
 * and a held-out part by what they show. Bad rows are counted and told, never fatal.
 */
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import {
  type BadRow,
  type SetFacts,
  type Source,
  SourceError,
  type SourceRow,
} from "../sources/source.ts";
import { withStyleWord } from "../sources/style-words.ts";
import type { CorpusEntry } from "./entry.ts";
import { uniformStrokes } from "./move.ts";
import { splitEntries } from "./split.ts";
import { styleOf } from "./style.ts";

export type { CorpusEntry } from "./entry.ts";

/** What came of one source. */
export interface SetReport {
  readonly name: string;
  readonly facts: SetFacts | null;
  readonly weight: number;
  /** Rows read, bad ones included. */
  readonly rows: number;
  /** Rows that repeat the drawing of another row, of this set or of one before. */
  readonly duplicates: number;
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
  /** Stop after so many rows of each source. */
  readonly limit?: number | null;
  /** Strokes of all drawings get this width on 24 units, and round ends; null or left out keeps them. */
  readonly strokeWidth?: number | null;
  /** Share of the captions that say the style; undefined or null: 0 of one source, else 0.75. */
  readonly styleWords?: number | null;
  /** Whether drawings of one name in several sets stand on one side of the split; yes unless false. */
  readonly splitNames?: boolean;
}

/** A source with what the configuration says of it. */
export interface CorpusSource {
  readonly source: Source;
  /** 1 unless given. */
  readonly weight?: number;
  /** What captions call its style, in place of its own word. */
  readonly word?: string | null;
}

interface OpenEntry {
  readonly id: string;
  /** With how often each is shown beside the others. */
  readonly captions: Map<string, number>;
  readonly names: Set<string>;
  readonly words: Set<string>;
  readonly drawing: Drawing;
  readonly set: number;
  readonly style: string | undefined;
  weight: number;
}

const shareOfMixed = 0.75;

/** @throws SourceError when no row can be used. */
export async function readCorpus(
  sources: Source | readonly CorpusSource[],
  options: CorpusOptions,
): Promise<Corpus> {
  const list = "rows" in sources ? [{ source: sources }] : sources;
  const entries = new Map<string, OpenEntry>();
  const dropped: Record<string, number> = {};
  const styleShare = options.styleWords ?? (list.length > 1 ? shareOfMixed : 0);
  const sets: SetReport[] = [];
  for (const [set, one] of list.entries()) {
    const reading = { set, several: list.length > 1, styleShare, entries, dropped };
    sets.push(await readSet(one, options, reading));
  }
  const report = {
    source: sets.map(({ name }) => name).join(", "),
    rows: sum(sets, ({ rows }) => rows),
    duplicates: sum(sets, ({ duplicates }) => duplicates),
    bad: sets.flatMap(({ bad }) => bad),
    dropped,
    sets,
  };
  if (entries.size === 0) throw nothingUsable(report.source, report.bad);
  const all = [...entries.values()].map(closeEntry);
  return { ...splitEntries(all, options), report };
}

interface Reading {
  readonly set: number;
  readonly several: boolean;
  readonly styleShare: number;
  /** By their drawing; more are added. */
  readonly entries: Map<string, OpenEntry>;
  /** Counts are added. */
  readonly dropped: Record<string, number>;
}

async function readSet(
  { source, weight = 1, word = null }: CorpusSource,
  options: CorpusOptions,
  { set, several, styleShare, entries, dropped }: Reading,
): Promise<SetReport> {
  const bad: BadRow[] = [];
  const styles: Record<string, number> = {};
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let rows = 0;
  let duplicates = 0;
  const onBad = (fault: BadRow) => {
    rows++;
    bad.push(fault);
  };
  for await (const row of source.rows(onBad)) {
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
    const { drawing } = parsed;
    const style = word ?? row.style ?? (styleShare > 0 ? styleOf(drawing) : undefined);
    if (style !== undefined) styles[style] = (styles[style] ?? 0) + 1;
    const captions = captionsOf(row, style ?? "", styleShare);
    const key = JSON.stringify(drawing);
    const known = entries.get(key);
    if (known) duplicates++;
    const entry = known ?? {
      id: several ? `${source.name}:${row.id}` : row.id,
      captions: new Map(),
      names: new Set(),
      words: new Set(),
      drawing,
      set,
      style,
      weight,
    };
    entry.weight = Math.max(entry.weight, weight);
    for (const [caption, share] of captions) {
      entry.captions.set(caption, Math.max(share, entry.captions.get(caption) ?? 0));
    }
    for (const name of row.captions.slice(0, 1)) entry.names.add(name);
    for (const known of row.words ?? []) entry.words.add(known);
    entries.set(key, entry);
  }
  return { name: source.name, facts: source.facts ?? null, weight, rows, duplicates, bad, styles };
}

/** With shares where the row gives them, which variants of a caption part between them. */
function captionsOf(
  { captions, shares }: SourceRow,
  style: string,
  styleShare: number,
): (readonly [caption: string, share: number])[] {
  if (shares === undefined) {
    return withStyleWord(captions, style, styleShare).map((caption) => [caption, 1]);
  }
  return captions.flatMap((caption, index) => {
    const variants = withStyleWord([caption], style, styleShare);
    return variants.map((variant) => [variant, (shares[index] ?? 0) / variants.length] as const);
  });
}

function closeEntry({ captions, names, words, style, ...entry }: OpenEntry): CorpusEntry {
  return {
    ...entry,
    captions: [...captions.keys()],
    ...sharesOf([...captions.values()]),
    names: [...names],
    words: [...words],
    ...(style === undefined ? {} : { style }),
  };
}

/** Nothing where all are alike. */
function sharesOf(shares: readonly number[]): { readonly shares?: readonly number[] } {
  return shares.every((share) => share === shares[0]) ? {} : { shares };
}

function parseRow(svg: string, options: CorpusOptions) {
  try {
    const { drawing, dropped } = options.parse(svg, options.canonical);
    if (drawing.elements.length === 0) return { reason: "nothing is left to draw" };
    const { strokeWidth = null } = options;
    return {
      drawing: strokeWidth === null ? drawing : uniformStrokes(drawing, strokeWidth),
      dropped,
    };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

function nothingUsable(name: string, bad: readonly BadRow[]): SourceError {
  const [first] = bad;
  const why = first ? `; the first: ${first.place}: ${first.reason}` : "";
  return new SourceError(`${name}: no usable drawing among ${bad.length} rows${why}`);
}

function sum<T>(list: readonly T[], count: (one: T) => number): number {
  return list.reduce((total, one) => total + count(one), 0);
}
