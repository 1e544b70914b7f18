/** What a set says of itself: the manifest, the data card, and every row that was left out. */
import { join } from "node:path";
import { dataCard, dataCardText } from "../account/data-card.ts";
import { type DataReports, leftOutOf, notReadable } from "../account/left-out.ts";
import { addCounts, type SetReport } from "../corpus/corpus.ts";
import { addReports } from "../dataset/tokenize-report.ts";
import { type PartSummary, type ShardSummary, writeText } from "./jobs.ts";
import type { KeptTokenizer } from "./kept-tokenizer.ts";
import { leftOutFile, type Manifest } from "./manifest.ts";
import type { MergedRows } from "./merge-rows.ts";
import type { PrepareOptions } from "./options.ts";
import type { ReadSet } from "./read-rows.ts";

export interface PreparedResult {
  readonly manifest: Manifest;
  readonly reports: DataReports;
}

/** What came of each step. */
export interface Made {
  readonly sets: readonly ReadSet[];
  readonly parts: readonly PartSummary[];
  /** Drawings that a filter left out for others. */
  readonly left: MergedRows["left"];
  readonly shards: readonly ShardSummary[];
  readonly tokenizer: KeptTokenizer;
}

export function account(
  { digest, config, maxTokens, sources }: PrepareOptions,
  { sets: read, parts, left, shards, tokenizer }: Made,
): PreparedResult {
  const dropped: Record<string, number> = {};
  for (const part of parts) addCounts(dropped, part.dropped);
  const duplicatesOf = read.map(() => 0);
  const seen = new Set<string>();
  const rowsOf = read.map(({ bad }) => bad.length);
  for (const { set, key } of parts.flatMap(({ rows }) => rows)) {
    rowsOf[set] = (rowsOf[set] ?? 0) + 1;
    if (seen.has(key)) duplicatesOf[set] = (duplicatesOf[set] ?? 0) + 1;
    seen.add(key);
  }
  const sets = read.map(({ name, facts, weight, bad }, set): SetReport => {
    const unusable = parts.flatMap((part) => part.bad.filter((row) => row.set === set));
    const styles: Record<string, number> = {};
    for (const part of parts) addCounts(styles, part.styles[set] ?? {});
    const liked = left.filter((row) => row.set === set);
    const all = [...bad, ...[...unusable, ...liked].map(({ set: _, ...row }) => row)];
    const rows = (rowsOf[set] ?? 0) + unusable.length;
    return { name, facts, weight, rows, duplicates: duplicatesOf[set] ?? 0, bad: all, styles };
  });
  const rows = sets.reduce((sum, set) => sum + set.rows, 0);
  const duplicates = sets.reduce((sum, set) => sum + set.duplicates, 0);
  const reports: DataReports = {
    corpus: {
      source: sources.map(({ source }) => source.name).join(", "),
      rows,
      duplicates,
      dropped,
      sets,
      bad: sets.flatMap(({ bad }) => bad),
    },
    train: addReports(shards.map(({ train }) => train.report)),
    heldOut: addReports(shards.map(({ heldOut }) => heldOut.report)),
  };
  const sideOf = (side: "train" | "heldOut") => {
    const { samples, augmented, tooLong, refused, filtered = [], bySet } = reports[side];
    const partial = shards.map((shard) => shard[side].report);
    return {
      samples,
      augmented,
      bySet: [...bySet],
      tooLong: tooLong.length,
      refused: refused.length,
      filtered: filtered.length,
      plain: addHistograms(partial.map(({ plain }) => plain)),
      needed: addHistograms(partial.map(({ needed }) => needed)),
    };
  };
  const files = shards.flatMap((shard, number) =>
    (["train", "heldOut"] as const).map((side) => ({
      name: `shards/${side === "train" ? "train" : "held-out"}-${String(number).padStart(5, "0")}`,
      sha256: shard[side].sha256,
      bytes: shard[side].bytes,
      samples: shard[side].report.samples,
      tokens: shard[side].tokens,
    })),
  );
  const manifest: Manifest = {
    format: "pathloom-prepared",
    version: 1,
    digest,
    config,
    maxTokens,
    tokenizer: { sha256: tokenizer.sha256, vocabulary: tokenizer.vocabulary },
    sets: sets.map(({ facts, bad, ...set }) => ({
      ...set,
      styles: { ...set.styles },
      facts: facts === null ? null : factsOf(facts),
      bad: bad.length,
      filtered: bad.length - notReadable(bad),
    })),
    rows,
    duplicates,
    dropped,
    train: sideOf("train"),
    heldOut: sideOf("heldOut"),
    shards: files,
  };
  return { manifest, reports };
}

function factsOf({ captionsFrom, ...facts }: NonNullable<SetReport["facts"]>) {
  return captionsFrom === undefined ? facts : { ...facts, captionsFrom: [...captionsFrom] };
}

/** The card and every row that was left out, with its side where it has one. */
export function writeAccount(
  { folder, maxTokens, heldOut, splitNames }: PrepareOptions,
  reports: DataReports,
): void {
  const card = dataCard(reports, { limit: maxTokens, heldOut, splitNames });
  writeText(join(folder, "data-card.md"), dataCardText(card));
  writeText(join(folder, "data-card.json"), `${JSON.stringify(card, null, 2)}\n`);
  const none = { tooLong: [], refused: [], filtered: [] };
  const { corpus, train, heldOut: held } = reports;
  const of = (parts: Partial<DataReports>, side: { readonly side?: string }) =>
    leftOutOf(
      {
        corpus: { ...corpus, bad: [] },
        train: { ...train, ...none },
        heldOut: { ...held, ...none },
        ...parts,
      },
      maxTokens,
    ).map((row) => `${JSON.stringify({ ...row, ...side })}\n`);
  const rows = [
    ...of({ corpus }, {}),
    ...of({ train }, { side: "train" }),
    ...of({ heldOut: held }, { side: "heldOut" }),
  ];
  writeText(join(folder, leftOutFile), rows.join(""));
}

function addHistograms(
  parts: readonly (readonly (readonly [number, number])[])[],
): [number, number][] {
  const counts = new Map<number, number>();
  for (const [value, count] of parts.flat()) counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b);
}
