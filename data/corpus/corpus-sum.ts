/** What a corpus holds, in a few numbers: two corpora with the same train the same model. */
import { createHash } from "node:crypto";
import type { CorpusEntry } from "./entry.ts";

export interface CorpusSum {
  /** Drawings of either part. */
  readonly train: number;
  readonly heldOut: number;
  /** SHA-256 in hexadecimal of every drawing and all that is said of it, in their order. */
  readonly sha256: string;
}

export function corpusSum({
  train,
  heldOut,
}: Readonly<Record<"train" | "heldOut", readonly CorpusEntry[]>>): CorpusSum {
  const hash = createHash("sha256");
  for (const part of [train, heldOut]) {
    for (const entry of part) hash.update(`${JSON.stringify(entry)}\n`);
    hash.update("\n");
  }
  return { train: train.length, heldOut: heldOut.length, sha256: hash.digest("hex") };
}

/** Of a set that lies in files: of their sums. */
export function corpusSumOf(train: number, heldOut: number, sums: readonly string[]): CorpusSum {
  const hash = createHash("sha256").update(sums.join("\n"));
  return { train, heldOut, sha256: hash.digest("hex") };
}
