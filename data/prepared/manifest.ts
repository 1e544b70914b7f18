/** `manifest.json` of a prepared set: what it holds, of what it was made, and the sums of its files. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SourceError } from "../sources/source.ts";

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);
const lengths = z.array(z.tuple([count, count]));

const side = z.object({
  samples: count,
  augmented: count,
  tooLong: count,
  refused: count,
  /** Of fewer or more tokens than asked for. */
  filtered: count.default(0),
  bySet: z.array(count),
  plain: lengths,
  needed: lengths,
});

const file = z.object({
  /** Relative to the set's folder, without an ending. */
  name: z.string().regex(/^shards\/(train|held-out)-\d{5}$/),
  sha256: z.string().regex(/^[\da-f]{64}$/),
  bytes: count,
  samples: count,
  tokens: count,
});

export const manifest = z.object({
  format: z.literal("pathloom-prepared"),
  version: z.literal(1),
  /** Of all that decides what the set holds: the configuration, and the packages that were read. */
  digest: z.string(),
  /** The sections of the configuration that it was made by. */
  config: z.object({
    data: z.record(z.string(), z.unknown()),
    tokenizer: z.record(z.string(), z.unknown()),
  }),
  /** Longest sample in tokens. */
  maxTokens: count,
  tokenizer: z.object({ sha256: z.string(), vocabulary: count }),
  sets: z.array(
    z.object({
      name: z.string(),
      facts: z
        .object({
          origin: z.string(),
          version: z.string().nullable(),
          licence: z.string().nullable(),
          url: z.string().nullable(),
          captionsFrom: z.array(z.string()).optional(),
        })
        .nullable(),
      weight: z.number(),
      rows: count,
      duplicates: count,
      bad: count,
      /** Of these, those that a filter left out. */
      filtered: count.default(0),
      styles: counts,
    }),
  ),
  rows: count,
  duplicates: count,
  /** What the canonical form left away of drawings that were kept, by reason. */
  dropped: counts,
  train: side,
  heldOut: side,
  shards: z.array(file),
});

export type Manifest = z.output<typeof manifest>;

export const manifestFile = "manifest.json";
export const leftOutFile = "left-out.jsonl";

/** Whether a folder holds a prepared set that is whole. */
export function isPreparedSet(folder: string): boolean {
  return existsSync(join(folder, manifestFile)) && existsSync(join(folder, "shards"));
}

/** @throws SourceError where it is none of ours, or damaged. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, manifestFile);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SourceError(`${path}: cannot be read; prepare the set anew`, { cause: error });
  }
  const parsed = manifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const key = parsed.error.issues[0]?.path.join(".") || "the whole";
  throw new SourceError(`${path}: not as this version writes it (${key}); prepare the set anew`);
}
