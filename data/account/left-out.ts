/** What a corpus's rows and drawings were left out for: each by name, and summed up by reason. */
import type { CorpusReport } from "../corpus/corpus.ts";
import type { TokenizeReport } from "../dataset/tokenize-report.ts";
import type { FilterName } from "../filters/options.ts";
import type { BadRow } from "../sources/source.ts";

/** What came of a source's drawings: read, then tokenized on both sides of the split. */
export interface DataReports {
  readonly corpus: CorpusReport;
  readonly train: TokenizeReport;
  readonly heldOut: TokenizeReport;
}

export interface LeftOut {
  /** Where the row was found, or the drawing's id. */
  readonly name: string;
  readonly why: "not readable" | "filtered" | "not in the vocabulary" | "too long";
  readonly reason: string;
  /** Where a filter left it out: which, and what is so of this one, as the name of what it is like. */
  readonly filter?: FilterName;
  readonly detail?: string;
  /** Where it is too long: its tokens with the shortest caption. */
  readonly tokens?: number;
}

export function leftOutOf({ corpus, train, heldOut }: DataReports, limit: number): LeftOut[] {
  const sides = [train, heldOut];
  return [
    ...corpus.bad.map(({ place, reason, filter, detail }) => ({
      name: place,
      why: filter === undefined ? ("not readable" as const) : ("filtered" as const),
      reason,
      ...(filter === undefined ? {} : { filter }),
      ...(detail === undefined ? {} : { detail }),
    })),
    ...sides.flatMap(({ filtered = [] }) =>
      filtered.map(
        ({ id, reason, detail }) =>
          ({ name: id, why: "filtered", reason, filter: "tokens", detail }) as const,
      ),
    ),
    ...sides.flatMap(({ refused }) =>
      refused.map(
        ({ id, reason }) => ({ name: id, why: "not in the vocabulary", reason }) as const,
      ),
    ),
    ...sides.flatMap(({ tooLong }) =>
      tooLong.map(
        ({ id, tokens }) =>
          ({ name: id, why: "too long", reason: `longer than ${limit} tokens`, tokens }) as const,
      ),
    ),
  ];
}

export interface ReasonCount {
  readonly why: LeftOut["why"];
  /** Without what differs from drawing to drawing. */
  readonly reason: string;
  readonly count: number;
  /** Names of the first few. */
  readonly examples: readonly string[];
}

const mostExamples = 5;

/** The commonest first. */
export function countReasons(leftOut: readonly LeftOut[]): ReasonCount[] {
  const found = new Map<string, { why: LeftOut["why"]; reason: string; names: string[] }>();
  for (const { name, why, reason } of leftOut) {
    const isGeneral = why === "too long" || why === "filtered";
    const general = isGeneral ? reason : generalReason(reason);
    const key = `${why}: ${general}`;
    const known = found.get(key) ?? { why, reason: general, names: [] };
    known.names.push(name);
    found.set(key, known);
  }
  return [...found.values()]
    .map(({ why, reason, names }) => ({
      why,
      reason,
      count: names.length,
      examples: names.slice(0, mostExamples),
    }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

/** Of rows and drawings left out of a corpus: those that could not be read. */
export function notReadable(bad: readonly BadRow[]): number {
  return bad.filter(({ filter }) => filter === undefined).length;
}

/** `element 3: …` tells of one drawing: the place goes, and numbers become dots. */
function generalReason(reason: string): string {
  return reason
    .replace(/^element \d+: /, "")
    .replaceAll(/\d[\d.,]*/g, "…")
    .slice(0, 300);
}
