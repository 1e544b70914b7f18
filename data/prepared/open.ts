/** A prepared set, opened: its manifest, tokenizer and the two sides, whose tokens stay on the disk. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeTaskPrompt, type SvgTokenizer, tokenizerFromJSON } from "../../tokenizer/index.ts";
import type { DataReports, LeftOut } from "../account/left-out.ts";
import { type DatasetSplits, TokenDataset } from "../dataset/dataset.ts";
import { addReports, type PartialReport } from "../dataset/tokenize-report.ts";
import { readLines } from "../sources/lines.ts";
import { SourceError } from "../sources/source.ts";
import { leftOutFile, type Manifest, readManifest } from "./manifest.ts";
import { fitting, openSide } from "./open-side.ts";

export interface PreparedSet {
  readonly manifest: Manifest;
  readonly tokenizer: SvgTokenizer;
  readonly reports: DataReports;
  readonly train: TokenDataset;
  readonly heldOut: TokenDataset;
}

/**
 * @param maxTokens longest sample to take; all where it is left out.
 * @throws SourceError, SafetensorsError, StorageError where a part of it is damaged or gone.
 */
export function openPreparedSet(folder: string, maxTokens?: number): PreparedSet {
  const manifest = readManifest(folder);
  const tokenizer = readTokenizer(folder, manifest);
  const side = (pattern: RegExp) => openShards(folder, pattern, { manifest, tokenizer, maxTokens });
  const [train, heldOut] = [side(/^shards\/train-/), side(/^shards\/held-out-/)];
  return { manifest, tokenizer, train, heldOut, reports: reportsOf(folder, manifest) };
}

/**
 * The samples of both sides as one data set.
 * @throws as {@link openPreparedSet}
 */
export function openBothSides(folder: string, maxTokens?: number): TokenDataset {
  const manifest = readManifest(folder);
  const tokenizer = readTokenizer(folder, manifest);
  return openShards(folder, /./, { manifest, tokenizer, maxTokens });
}

interface OpenShards {
  readonly manifest: Manifest;
  readonly tokenizer: SvgTokenizer;
  readonly maxTokens: number | undefined;
}

function openShards(
  folder: string,
  pattern: RegExp,
  { manifest, tokenizer, maxTokens }: OpenShards,
): TokenDataset {
  const { ids } = encodeTaskPrompt(tokenizer, "text-to-svg", { caption: "" });
  const files = manifest.shards
    .filter(({ name }) => pattern.test(name))
    .map(({ name }) => ({
      shard: join(folder, `${name}.safetensors`),
      ids: join(folder, `${name}.ids.jsonl`),
    }));
  const parts: DatasetSplits = openSide(files, Int32Array.from(ids));
  const isNarrow = maxTokens !== undefined && maxTokens < manifest.maxTokens;
  return isNarrow ? fitting(parts, maxTokens) : new TokenDataset(parts);
}

function readTokenizer(folder: string, { tokenizer }: Manifest): SvgTokenizer {
  const file = join(folder, "tokenizer.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new SourceError(`${file}: cannot be read; prepare the set anew`, { cause: error });
  }
  if (createHash("sha256").update(text).digest("hex") !== tokenizer.sha256) {
    throw new SourceError(`${file}: not the one that the set was prepared with; prepare it anew`);
  }
  return tokenizerFromJSON(JSON.parse(text));
}

function factsIn({ captionsFrom, ...facts }: NonNullable<Manifest["sets"][number]["facts"]>) {
  return captionsFrom === undefined ? facts : { ...facts, captionsFrom };
}

/** What was left out is in a file of its own. */
function reportsOf(folder: string, manifest: Manifest): DataReports {
  const left = [...readLines(join(folder, leftOutFile), 1_000_000)]
    .filter(({ text }) => text?.trim())
    .map(({ text }) => JSON.parse(text ?? "") as LeftOut & { readonly side?: string });
  const bad = left
    .filter(({ side }) => side === undefined)
    .map(({ name, reason, filter, detail }) => ({
      place: name,
      reason,
      ...(filter === undefined ? {} : { filter }),
      ...(detail === undefined ? {} : { detail }),
    }));
  const sideOf = (side: "train" | "heldOut") => {
    const { samples, augmented, bySet, plain, needed } = manifest[side];
    const own = left.filter((row) => row.side === side);
    const partial: PartialReport = {
      samples,
      augmented,
      bySet,
      plain,
      needed,
      tooLong: own
        .filter(({ why }) => why === "too long")
        .map(({ name, tokens = 0 }) => ({ id: name, tokens })),
      refused: own
        .filter(({ why }) => why === "not in the vocabulary")
        .map(({ name, reason }) => ({ id: name, reason })),
      filtered: own
        .filter(({ why }) => why === "filtered")
        .map(({ name, reason, detail = "" }) => ({ id: name, reason, detail })),
    };
    return addReports([partial]);
  };
  let from = 0;
  const sets = manifest.sets.map(({ facts, bad: count, filtered: _, ...set }) => {
    const own = bad.slice(from, from + count);
    from += count;
    return { ...set, facts: facts === null ? null : factsIn(facts), bad: own };
  });
  const { rows, duplicates, dropped } = manifest;
  const source = manifest.sets.map(({ name }) => name).join(", ");
  return {
    corpus: { source, rows, duplicates, dropped, sets, bad },
    train: sideOf("train"),
    heldOut: sideOf("heldOut"),
  };
}
