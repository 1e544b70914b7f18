/** The data card of a run: what it learnt from, under which licences, and what was left out. */
import {
  countReasons,
  type DataReports,
  leftOutOf,
  notReadable,
  type ReasonCount,
} from "./left-out.ts";
import { percentile, shareHeld } from "./lengths.ts";
import { scenesOf } from "./notes.ts";

export interface SetCard {
  readonly name: string;
  /** An npm package, or a path. */
  readonly origin: string;
  readonly version: string | null;
  readonly licence: string | null;
  readonly url: string | null;
  readonly captionsFrom: readonly string[];
  readonly weight: number;
  /** Rows read; those that repeat a drawing; those that could not be read. */
  readonly rows: number;
  readonly duplicates: number;
  readonly notReadable: number;
  /** Rows and drawings that a filter left out. */
  readonly filtered: number;
  readonly styles: Readonly<Record<string, number>>;
  /** Its drawings trained on, and held out. A drawing that several sets hold is the first one's. */
  readonly train: number;
  readonly heldOut: number;
}

export interface DataCard {
  readonly sets: readonly SetCard[];
  readonly totals: {
    readonly rows: number;
    readonly duplicates: number;
    readonly train: number;
    /** Drawings made of the training drawings. */
    readonly augmented: number;
    readonly heldOut: number;
    readonly leftOut: number;
    /** Drawings that were too long, and the parts in which they are learnt. */
    readonly scenes: { readonly drawings: number; readonly parts: number };
  };
  readonly split: { readonly share: number; readonly how: string };
  /** Of all drawings that the vocabulary holds, in tokens with the shortest caption. */
  readonly lengths: {
    readonly limit: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly longest: number;
    /** Share that a context holds. */
    readonly held: Readonly<Record<string, number>>;
  };
  readonly leftOut: readonly ReasonCount[];
  /** What the canonical form left away of drawings that were kept, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface CardOptions {
  /** Longest sample in tokens. */
  readonly limit: number;
  /** Share that was to be held out. */
  readonly heldOut: number;
  readonly splitNames: boolean;
  /** How the sides were chosen, where not by the drawings' content. */
  readonly how?: string;
}

const contexts = [64, 128, 256, 512, 1024, 2048, 4096, 8192];

export function dataCard(reports: DataReports, options: CardOptions): DataCard {
  const { corpus, train, heldOut } = reports;
  const leftOut = leftOutOf(reports, options.limit);
  const needed = [...train.needed, ...heldOut.needed].sort((a, b) => a - b);
  const several = corpus.sets.length > 1;
  return {
    sets: corpus.sets.map((set, index) => ({
      name: set.name,
      origin: set.facts?.origin ?? set.name,
      version: set.facts?.version ?? null,
      licence: set.facts?.licence ?? null,
      url: set.facts?.url ?? null,
      captionsFrom: set.facts?.captionsFrom ?? [],
      weight: set.weight,
      rows: set.rows,
      duplicates: set.duplicates,
      notReadable: notReadable(set.bad),
      filtered: set.bad.length - notReadable(set.bad),
      styles: set.styles,
      train: train.bySet[index] ?? 0,
      heldOut: heldOut.bySet[index] ?? 0,
    })),
    totals: {
      rows: corpus.rows,
      duplicates: corpus.duplicates,
      train: train.samples,
      augmented: train.augmented,
      heldOut: heldOut.samples,
      leftOut: leftOut.length,
      scenes: scenesOf(reports),
    },
    split: {
      share: options.heldOut,
      how:
        options.how ??
        `by content, before any filter of length; ${several ? `near-identical drawings of all sets${options.splitNames ? " and drawings of one name" : ""}` : "near-identical drawings"} stand on one side`,
    },
    lengths: {
      limit: options.limit,
      p50: percentile(needed, 0.5),
      p90: percentile(needed, 0.9),
      p99: percentile(needed, 0.99),
      longest: needed.at(-1) ?? 0,
      held: Object.fromEntries(
        contexts.map((context) => [context, rounded(shareHeld(needed, context))]),
      ),
    },
    leftOut: countReasons(leftOut),
    dropped: corpus.dropped,
  };
}

/** As a page in Markdown. */
export function dataCardText({ sets, totals, split, lengths, leftOut, dropped }: DataCard): string {
  const lines = [
    "# Data card",
    "",
    "What this run learnt from. The same as data is in `data-card.json`; every row that was left out is in `left-out.jsonl`.",
    "",
    ...table(
      [
        "set",
        "from",
        "licence",
        "weight",
        "rows",
        "repeated",
        "not readable",
        "filtered",
        "trained on",
        "held out",
      ],
      sets.map((set) => [
        ...[set.name, from(set), licence(set), String(set.weight), count(set.rows)],
        ...[set.duplicates, set.notReadable, set.filtered, set.train, set.heldOut].map(count),
      ]),
    ),
    "",
    `Together ${count(totals.train)} drawings are trained on${totals.augmented > 0 ? `, with ${count(totals.augmented)} made of them` : ""}, and ${count(totals.heldOut)} are held out (${percent(split.share)} asked for, ${split.how}). ${count(totals.duplicates)} of ${count(totals.rows)} rows repeat a drawing: their captions are kept.`,
    "",
    ...(totals.scenes.drawings === 0
      ? []
      : [
          `${count(totals.scenes.drawings)} drawings are longer than ${count(lengths.limit)} tokens and learnt in ${count(totals.scenes.parts)} parts, each counted as a drawing above.`,
          "",
        ]),
    ...sets.flatMap(({ name, captionsFrom }) =>
      captionsFrom.map((source) => `The captions of ${name} come from ${source}.`),
    ),
    ...styleLines(sets),
    "## Lengths",
    "",
    `Tokens of a sample with its shortest caption: half need at most ${count(lengths.p50)}, nine of ten ${count(lengths.p90)}, ninety-nine of a hundred ${count(lengths.p99)}, the longest ${count(lengths.longest)}. At most ${count(lengths.limit)} are taken.`,
    "",
    ...table(
      ["context", "holds"],
      Object.entries(lengths.held).map(([context, share]) => [
        count(Number(context)),
        percent(share),
      ]),
    ),
    "",
    "## Left out",
    "",
    ...(leftOut.length === 0
      ? ["Nothing."]
      : table(
          ["drawings", "why", "reason", "such as"],
          leftOut.map(({ why, reason, count: number, examples }) => [
            ...[count(number), why, reason, examples.join(", ")],
          ]),
        )),
    "",
    ...droppedLines(dropped),
  ];
  return `${lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

function from({ origin, version }: SetCard): string {
  return version === null ? origin : `${origin} ${version}`;
}

function licence({ licence: said, url }: SetCard): string {
  const words = said ?? "not stated";
  return url === null ? words : `${words} (${url})`;
}

function styleLines(sets: readonly SetCard[]): string[] {
  const lines = sets.flatMap(({ name, styles }) => {
    const parts = Object.entries(styles).map(([style, number]) => `${style} ${count(number)}`);
    return parts.length === 0 ? [] : [`- ${name}: ${parts.join(", ")}`];
  });
  return lines.length === 0 ? [""] : ["", "Styles, by rows:", "", ...lines, ""];
}

function droppedLines(dropped: Readonly<Record<string, number>>): string[] {
  const parts = Object.entries(dropped).map(([reason, number]) => [reason, count(number)]);
  if (parts.length === 0) return [];
  return ["## Left away of drawings that were kept", "", ...table(["what", "times"], parts)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)];
}

/** Names and reasons are a stranger's text: they stay in their cell. */
function cell(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function rounded(share: number): number {
  return Math.round(10_000 * share) / 10_000;
}
