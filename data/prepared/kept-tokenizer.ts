/** The tokenizer of a set, learned from its training drawings where it has a vocabulary of its own. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEntry, type StoredEntry, withFiles, writeText } from "./jobs.ts";
import type { PrepareOptions } from "./options.ts";

/** A vocabulary of its own is learned from so many training drawings at most: more change few of its tokens. */
const mostLearntFrom = 20_000;

/** Those that a vocabulary is learned from: all, or as many as are enough, evenly spread. */
export function learntFrom<T>(drawings: readonly T[]): readonly T[] {
  const { length } = drawings;
  if (length <= mostLearntFrom) return drawings;
  return Array.from(
    { length: mostLearntFrom },
    (_, index) => drawings[Math.floor((index * length) / mostLearntFrom)]!,
  );
}

export interface KeptTokenizer {
  readonly file: string;
  readonly sha256: string;
  readonly vocabulary: number;
}

/** Learned once: a set that goes on after it was killed goes on with the one that lies there. */
export function keepTokenizer(
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
      learntFrom(entries.filter(({ heldOut }) => !heldOut)).map((entry) => readEntry(entry, files)),
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
