/**
 * Prepares a set: reads sources row by row, makes canonical drawings in threads, merges and splits
 * them as `readCorpus` does, and writes tokens in shards. Memory holds some two hundred bytes a row,
 * besides the pieces being worked on. Every piece is a file that appears whole, so that what was killed
 * goes on where it was and ends in the same bytes, by whatever number of threads.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cleanLeftovers } from "../../checkpoints/index.ts";
import { SourceError } from "../sources/source.ts";
import { account, type PreparedResult, writeAccount } from "./account.ts";
import {
  hashOf,
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

const shardEntries = 8192;

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

function nothingUsable(sets: readonly ReadSet[]): SourceError {
  const [first] = sets.flatMap(({ bad }) => bad);
  const why = first ? `; the first: ${first.place}: ${first.reason}` : "";
  const names = sets.map(({ name }) => name).join(", ");
  return new SourceError(`${names}: no usable drawing${why}`);
}
