/**
 * Prepares a set: reads sources row by row, makes canonical drawings in threads, merges and splits
 * them as `readCorpus` does, and writes tokens in shards. Memory holds some two hundred bytes a row,
 * besides the pieces being worked on. Every piece is a file that appears whole, so that what was killed
 * goes on where it was and ends in the same bytes, by whatever number of threads.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cleanLeftovers } from "../../checkpoints/index.ts";
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import { dataCard, dataCardText } from "../account/data-card.ts";
import { type DataReports, leftOutOf } from "../account/left-out.ts";
import type { AugmentOptions } from "../corpus/augment.ts";
import { addCounts, type CorpusSource, type SetReport, styleShareOf } from "../corpus/corpus.ts";
import { heldOutAmong } from "../corpus/split.ts";
import { addReports } from "../dataset/tokenize.ts";
import { type BadRow, SourceError, type SourceRow } from "../sources/source.ts";
import {
  hashOf,
  OpenFiles,
  type PartSummary,
  readEntry,
  type ShardSummary,
  type StoredEntry,
  type TokenizeJob,
  writeText,
} from "./jobs.ts";
import { leftOutFile, type Manifest, manifestFile } from "./manifest.ts";
import { Pool } from "./pool.ts";

export interface PrepareOptions {
  readonly folder: string;
  readonly sources: readonly CorpusSource[];
  /** Of all that decides what the set holds. */
  readonly digest: string;
  readonly config: Manifest["config"];
  readonly canonical: CanonicalOptions;
  readonly heldOut: number;
  readonly splitNames: boolean;
  readonly styleWords: number | null;
  readonly strokeWidth: number | null;
  readonly limit: number | null;
  readonly maxTokens: number;
  readonly augment: AugmentOptions;
  /** Starts the tokenizer. @param texts of the first training drawings, for a vocabulary of its own. */
  readonly makeTokenizer: (texts: () => LearntTexts) => SvgTokenizer;
  readonly threads: number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface LearntTexts {
  readonly captions: readonly string[];
  readonly drawings: readonly Drawing[];
}

export interface PreparedResult {
  readonly manifest: Manifest;
  readonly reports: DataReports;
}

const partRows = 1024;
const shardEntries = 8192;
/** A vocabulary of its own is learned from so many training drawings at most. */
export const mostLearntFrom = 100_000;

/** @throws SourceError when no row can be used; StorageError */
export async function prepareSet(options: PrepareOptions): Promise<PreparedResult> {
  const { folder } = options;
  const work = join(folder, "work");
  mkdirSync(join(folder, "shards"), { recursive: true });
  mkdirSync(work, { recursive: true });
  for (const place of [folder, work, join(folder, "shards")]) cleanLeftovers(place);
  const pool = new Pool(options.threads);
  try {
    const { parts, sets } = await readRows(options, work, pool);
    const entries = mergeRows(options, work, parts);
    if (entries.length === 0) throw nothingUsable(sets);
    const inputs = hashOf([options.digest, parts.map(({ hash }) => hash)]);
    const tokenizer = keepTokenizer(options, work, entries, inputs);
    const shards = await tokenizeAll(options, entries, pool, { ...tokenizer, inputs });
    const result = account(options, sets, parts, shards, tokenizer);
    writeAccount(options, result.reports);
    writeText(join(folder, manifestFile), `${JSON.stringify(result.manifest, null, 2)}\n`);
    rmSync(work, { recursive: true, force: true });
    return result;
  } finally {
    await pool.close();
  }
}

interface ReadSet {
  readonly name: string;
  readonly facts: SetReport["facts"];
  readonly weight: number;
  /** That the source could not read. */
  readonly bad: BadRow[];
}

async function readRows(options: PrepareOptions, work: string, pool: Pool) {
  const { sources, canonical, strokeWidth, limit } = options;
  const styleShare = styleShareOf(options.styleWords, sources.length);
  const words = sources.map(({ word = null }) => word);
  const parts: PartSummary[] = [];
  const running = new Set<Promise<void>>();
  let failed: unknown = null;
  let pending: (SourceRow & { set: number })[] = [];
  let count = 0;
  let read = 0;
  const flush = async () => {
    const number = count++;
    const file = partFile(work, number);
    const rows = pending;
    pending = [];
    const job = { kind: "read", file, rows, canonical, strokeWidth, styleShare, words } as const;
    const one = pool.run(job).then(
      (summary) => {
        parts[number] = summary;
      },
      (error: unknown) => {
        failed ??= error;
      },
    );
    const tracked = one.finally(() => running.delete(tracked));
    running.add(tracked);
    // Rows wait in the source while all threads have work.
    if (running.size > options.threads) await Promise.race(running);
    if (failed !== null) throw failed;
    options.onProgress?.("reading", read, read);
  };
  const sets: ReadSet[] = [];
  for (const [set, { source, weight = 1 }] of sources.entries()) {
    const bad: BadRow[] = [];
    let rows = 0;
    for await (const row of source.rows((fault) => bad.push(fault))) {
      if (limit !== null && rows + bad.length >= limit) break;
      rows++;
      read++;
      const id = sources.length > 1 ? `${source.name}:${row.id}` : row.id;
      pending.push({ ...row, id, set });
      if (pending.length === partRows) await flush();
    }
    sets.push({ name: source.name, facts: source.facts ?? null, weight, bad });
  }
  if (pending.length > 0) await flush();
  await Promise.all(running);
  if (failed !== null) throw failed;
  return { parts, sets };
}

function partFile(work: string, number: number): string {
  return join(work, `rows-${String(number).padStart(5, "0")}`);
}

/** One entry a drawing, in the order of first rows, with its side. */
function mergeRows(
  options: PrepareOptions,
  work: string,
  parts: readonly PartSummary[],
): StoredEntry[] {
  const found = new Map<string, number>();
  const merged: StoredEntry["rows"][number][][] = [];
  const items: { print: string; set: number; names: string[] }[] = [];
  const namesCount = options.sources.length > 1;
  for (const [number, { rows }] of parts.entries()) {
    const file = `${partFile(work, number)}.jsonl`;
    for (const { set, key, print, name, at, bytes } of rows) {
      const known = found.get(key);
      const index = known ?? merged.length;
      if (known === undefined) {
        found.set(key, index);
        merged.push([]);
        items.push({ print, set, names: [] });
      }
      merged[index]!.push({ file, at, bytes, weight: options.sources[set]?.weight ?? 1 });
      const { names } = items[index]!;
      if (namesCount && !names.includes(name)) names.push(name);
    }
  }
  const entryOf = (index: number, heldOut: boolean): StoredEntry => ({
    set: items[index]!.set,
    heldOut,
    rows: merged[index]!,
  });
  const { heldOut, splitNames } = options;
  const sides = heldOutAmong(items, { heldOut, splitNames }, () =>
    withFiles((files) => items.map((_, i) => readEntry(entryOf(i, false), files).drawing)),
  );
  return items.map((_, index) => entryOf(index, sides[index] === 1));
}

function withFiles<T>(use: (files: OpenFiles) => T): T {
  const files = new OpenFiles();
  try {
    return use(files);
  } finally {
    files.close();
  }
}

interface KeptTokenizer {
  readonly file: string;
  readonly sha256: string;
  readonly vocabulary: number;
}

/** Learned once: a set that goes on after it was killed goes on with the one that lies there. */
function keepTokenizer(
  options: PrepareOptions,
  work: string,
  entries: readonly StoredEntry[],
  inputs: string,
): KeptTokenizer {
  const file = join(options.folder, "tokenizer.json");
  const proof = join(work, "tokenizer.json");
  const known = existsSync(proof) && existsSync(file) ? readFileSync(proof, "utf8") : null;
  if (known !== null) {
    const kept = JSON.parse(known) as KeptTokenizer & { readonly inputs: string };
    if (kept.inputs === inputs && sha256(readFileSync(file)) === kept.sha256) return kept;
  }
  options.onProgress?.("learning the vocabulary", 0, 1);
  const learnt = () =>
    withFiles((files) =>
      entries
        .filter(({ heldOut }) => !heldOut)
        .slice(0, mostLearntFrom)
        .map((entry) => readEntry(entry, files)),
    );
  const tokenizer = options.makeTokenizer(() => {
    const all = learnt();
    return {
      captions: all.flatMap(({ captions }) => captions),
      drawings: all.map(({ drawing }) => drawing),
    };
  });
  const text = `${JSON.stringify(tokenizer.toJSON())}\n`;
  writeText(file, text);
  const kept = { file, sha256: sha256(text), vocabulary: tokenizer.vocabulary.size };
  writeText(proof, JSON.stringify({ ...kept, inputs }));
  options.onProgress?.("learning the vocabulary", 1, 1);
  return kept;
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

async function tokenizeAll(
  { folder, maxTokens, augment, onProgress }: PrepareOptions,
  entries: readonly StoredEntry[],
  pool: Pool,
  tokenizer: KeptTokenizer & { readonly inputs: string },
): Promise<ShardSummary[]> {
  let done = 0;
  const jobs: TokenizeJob[] = [];
  for (let from = 0; from < entries.length; from += shardEntries) {
    const number = String(jobs.length).padStart(5, "0");
    jobs.push({
      kind: "tokenize",
      tokenizer: tokenizer.file,
      tokenizerHash: tokenizer.sha256,
      inputs: tokenizer.inputs,
      entries: entries.slice(from, from + shardEntries),
      maxTokens,
      augment,
      train: join(folder, "shards", `train-${number}`),
      heldOut: join(folder, "shards", `held-out-${number}`),
      summary: join(folder, "work", `shard-${number}.json`),
    });
  }
  return Promise.all(
    jobs.map(async (job) => {
      const summary = await pool.run(job);
      done += job.entries.length;
      onProgress?.("tokenizing", done, entries.length);
      return summary;
    }),
  );
}

function account(
  { digest, config, maxTokens, sources }: PrepareOptions,
  read: readonly ReadSet[],
  parts: readonly PartSummary[],
  shards: readonly ShardSummary[],
  tokenizer: KeptTokenizer,
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
    const all = [...bad, ...unusable.map(({ place, reason }) => ({ place, reason }))];
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
    const { samples, augmented, tooLong, refused, bySet } = reports[side];
    const partial = shards.map((shard) => shard[side].report);
    return {
      samples,
      augmented,
      bySet: [...bySet],
      tooLong: tooLong.length,
      refused: refused.length,
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
function writeAccount(
  { folder, maxTokens, heldOut, splitNames }: PrepareOptions,
  reports: DataReports,
): void {
  const card = dataCard(reports, { limit: maxTokens, heldOut, splitNames });
  writeText(join(folder, "data-card.md"), dataCardText(card));
  writeText(join(folder, "data-card.json"), `${JSON.stringify(card, null, 2)}\n`);
  const none = { tooLong: [], refused: [] };
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

function nothingUsable(sets: readonly ReadSet[]): SourceError {
  const [first] = sets.flatMap(({ bad }) => bad);
  const why = first ? `; the first: ${first.place}: ${first.reason}` : "";
  const names = sets.map(({ name }) => name).join(", ");
  return new SourceError(`${names}: no usable drawing${why}`);
}
