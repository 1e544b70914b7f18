/**
 * Prepares a set: reads sources row by row, makes canonical drawings in threads, merges and splits
 * them as `readCorpus` does, and writes tokens in shards. Memory holds some two hundred bytes a row,
 * besides the pieces being worked on. Every piece is a file that appears whole, so that what was killed
 * goes on where it was and ends in the same bytes, by whatever number of threads.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cleanLeftovers } from "../../checkpoints/index.ts";
import { scoringOf } from "../filters/caption-score.ts";
import { type BadRow, SourceError } from "../sources/source.ts";
import { account, type PreparedResult, writeAccount } from "./account.ts";
import {
  hashOf,
  type PartSummary,
  type ShardSummary,
  type StoredEntry,
  type TokenizeJob,
  writeText,
} from "./jobs.ts";
import { type KeptTokenizer, keepTokenizer } from "./kept-tokenizer.ts";
import { manifestFile } from "./manifest.ts";
import { mergeRows } from "./merge-rows.ts";
import type { PrepareOptions } from "./options.ts";
import { Pool } from "./pool.ts";
import { type ReadSet, readRows } from "./read-rows.ts";
import { scoreRows } from "./score-rows.ts";

const shardEntries = 8192;
/** Of canonical rows, from which on a shard is full before: a thread holds all that it tokenizes. */
const shardBytes = 32_000_000;

/**
 * @throws SourceError when no row can be used; UsageError where filters ask for scores and no scorer is
 * passed; StorageError
 */
export async function prepareSet(options: PrepareOptions): Promise<PreparedResult> {
  const { folder } = options;
  // Before the hours of reading.
  scoringOf(options.filters, options.scorer);
  const work = join(folder, "work");
  mkdirSync(join(folder, "shards"), { recursive: true });
  mkdirSync(work, { recursive: true });
  for (const place of [folder, work, join(folder, "shards")]) cleanLeftovers(place);
  const pool = new Pool(options.threads);
  try {
    const { parts: read, sets } = await readRows(options, work, pool);
    const parts = await scoreRows(options, work, read);
    const { entries, left } = mergeRows(options, work, parts);
    if (entries.length === 0) throw nothingUsable(sets, parts);
    const scorer = options.filters.clipScore === null ? null : (options.scorer?.id ?? null);
    const inputs = hashOf([options.digest, scorer, parts.map(({ hash }) => hash)]);
    const tokenizer = keepTokenizer(options, work, entries, inputs);
    const shards = await tokenizeAll(options, entries, pool, { ...tokenizer, inputs });
    const result = account(options, { sets, parts, left, shards, tokenizer });
    writeAccount(options, result.reports);
    writeText(join(folder, manifestFile), `${JSON.stringify(result.manifest, null, 2)}\n`);
    rmSync(work, { recursive: true, force: true });
    return result;
  } finally {
    await pool.close();
  }
}

async function tokenizeAll(
  { folder, maxTokens, augment, filters, made, onProgress }: PrepareOptions,
  entries: readonly StoredEntry[],
  pool: Pool,
  tokenizer: KeptTokenizer & { readonly inputs: string },
): Promise<ShardSummary[]> {
  let done = 0;
  const jobs: TokenizeJob[] = [];
  for (const part of shardsOf(entries)) {
    const number = String(jobs.length).padStart(5, "0");
    jobs.push({
      kind: "tokenize",
      tokenizer: tokenizer.file,
      tokenizerHash: tokenizer.sha256,
      inputs: tokenizer.inputs,
      entries: part,
      maxTokens,
      augment,
      tokens: filters.tokens,
      ...(made === undefined ? {} : { made }),
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

/** Stretches of as many drawings as a shard holds. */
function shardsOf(entries: readonly StoredEntry[]): StoredEntry[][] {
  const shards: StoredEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const own = entry.rows.reduce((sum, row) => sum + row.bytes, 0);
    const last = shards.at(-1);
    bytes += own;
    if (last === undefined || last.length === shardEntries || bytes > shardBytes) {
      shards.push([entry]);
      bytes = own;
    } else last.push(entry);
  }
  return shards;
}

function nothingUsable(sets: readonly ReadSet[], parts: readonly PartSummary[]): SourceError {
  const [first] = [...sets, ...parts].flatMap(({ bad }) => bad as readonly BadRow[]);
  const why = first ? `; the first: ${first.place}: ${first.reason}` : "";
  const names = sets.map(({ name }) => name).join(", ");
  return new SourceError(`${names}: no usable drawing${why}`);
}
