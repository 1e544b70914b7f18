/**
 * The two pieces of work of which a set is prepared, each from files to files, so that threads can do
 * them in any order and a piece that is done is never done again.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { writeFileAtomically } from "../../checkpoints/index.ts";
import type { CanonicalOptions } from "../../svg/index.ts";
import { type SvgTokenizer, tokenizerFromJSON } from "../../tokenizer/index.ts";
import type { AugmentOptions } from "../corpus/augment.ts";
import { addCounts } from "../corpus/corpus.ts";
import type { CorpusEntry } from "../corpus/entry.ts";
import { type FontAt, parserWith } from "../corpus/font-parser.ts";
import { MergedEntry } from "../corpus/merged-entry.ts";
import { drawingKey, type ReadRow, readSourceRow } from "../corpus/read-or-refuse.ts";
import { type MadeSamples, tokenizeEntries } from "../dataset/tokenize.ts";
import { histogram, type PartialReport, plainLengths } from "../dataset/tokenize-report.ts";
import type { FilterOptions } from "../filters/options.ts";
import { bothHashes } from "../filters/perceptual-hash.ts";
import { judgesSets } from "../filters/set-filters.ts";
import type { BadRow, SourceRow } from "../sources/source.ts";
import { writeShard } from "./shard.ts";

/** Rows of a source into canonical drawings. */
export interface ReadJob {
  readonly kind: "read";
  /** Without its ending: `.jsonl` holds the rows, `.json` what came of them. */
  readonly file: string;
  readonly rows: readonly (SourceRow & { readonly set: number })[];
  readonly canonical: CanonicalOptions;
  readonly strokeWidth: number | null;
  readonly styleShare: number;
  /** By the number of the set. */
  readonly words: readonly (string | null)[];
  readonly filters: FilterOptions;
  /** Text is set in these; left out and counted without. */
  readonly fonts?: readonly FontAt[];
}

/** A row that was read: what tells its drawing and its side, and where it lies in the file. */
export interface StoredRow {
  readonly set: number;
  /** Of its drawing; rows with the same hold the same. */
  readonly key: string;
  readonly print: string;
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
  /** Where drawings are compared: its perceptual hashes in Base64; null where nothing shows. */
  readonly look?: string | null;
}

/** As it lies in the file. */
export type PlacedRow = ReadRow & { readonly place: string };

export interface PartSummary {
  /** Of the rows that it was made of. */
  readonly hash: string;
  readonly rows: readonly StoredRow[];
  readonly bad: readonly (BadRow & { readonly set: number })[];
  readonly dropped: Readonly<Record<string, number>>;
  /** By set and style. */
  readonly styles: readonly Readonly<Record<string, number>>[];
}

/** Canonical drawings into a shard of each side. */
export interface TokenizeJob {
  readonly kind: "tokenize";
  /** Of `tokenizer.json`. */
  readonly tokenizer: string;
  readonly tokenizerHash: string;
  /** Sum of all rows that were read: other rows may lie at the same places. */
  readonly inputs: string;
  readonly entries: readonly StoredEntry[];
  readonly maxTokens: number;
  readonly augment: AugmentOptions;
  /** Of a drawing, without its caption. */
  readonly tokens: FilterOptions["tokens"];
  /** What samples are made of each drawing; its caption's drawing alone where it is left out. */
  readonly made?: MadeSamples;
  /** Of the two shards, without an ending. */
  readonly train: string;
  readonly heldOut: string;
  /** Where the summary goes. */
  readonly summary: string;
}

/** The rows that hold one drawing, the first first. */
export interface StoredEntry {
  readonly set: number;
  readonly heldOut: boolean;
  readonly rows: readonly {
    readonly file: string;
    readonly at: number;
    readonly bytes: number;
    readonly weight: number;
  }[];
}

export interface ShardSummary {
  /** Of the job. */
  readonly hash: string;
  readonly train: SideSummary;
  readonly heldOut: SideSummary;
}

export interface SideSummary {
  readonly report: PartialReport;
  /** Of the shard's file, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  readonly tokens: number;
}

export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** What a job left, if it did this very job. */
export function summaryAt<T extends { readonly hash: string }>(
  file: string,
  hash: string,
): T | null {
  if (!existsSync(file)) return null;
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as T;
    return found.hash === hash ? found : null;
  } catch {
    // Files are written whole; one that is damaged since is made anew.
    return null;
  }
}

export function writeText(file: string, text: string): void {
  writeFileAtomically(file, (sink) => sink.write(Buffer.from(text)));
}

export function readPart(job: ReadJob): PartSummary {
  const hash = hashOf(job);
  const known = summaryAt<PartSummary>(`${job.file}.json`, hash);
  if (known !== null && existsSync(`${job.file}.jsonl`)) return known;
  const rows: StoredRow[] = [];
  const bad: (BadRow & { set: number })[] = [];
  const dropped: Record<string, number> = {};
  const styles = job.words.map((): Record<string, number> => ({}));
  const lines: Buffer[] = [];
  let at = 0;
  const { hashes } = judgesSets(job.filters);
  const parse = parserWith(job.fonts ?? []);
  for (const row of job.rows) {
    const { set, place } = row;
    const word = job.words[set] ?? null;
    const { canonical, strokeWidth, styleShare, filters } = job;
    const options = { canonical, strokeWidth, styleShare, word, filters, parse };
    const read = readSourceRow(row, options);
    if ("reason" in read) {
      bad.push({ set, place, ...read });
      continue;
    }
    addCounts(dropped, read.dropped);
    if (read.style !== undefined) addCounts(styles[set]!, { [read.style]: 1 });
    const line = Buffer.from(`${JSON.stringify({ ...read, place } satisfies PlacedRow)}\n`);
    rows.push({
      set,
      key: createHash("sha256").update(drawingKey(read.drawing)).digest("base64").slice(0, 24),
      print: read.print,
      name: read.names[0] ?? "",
      at,
      bytes: line.length,
      ...(hashes ? { look: base64(bothHashes(read.drawing)) } : {}),
    });
    lines.push(line);
    at += line.length;
  }
  writeFileAtomically(`${job.file}.jsonl`, (sink) => {
    for (const line of lines) sink.write(line);
  });
  const summary = { hash, rows, bad, dropped, styles };
  writeText(`${job.file}.json`, JSON.stringify(summary));
  return summary;
}

function base64(hashes: Int32Array | null): string | null {
  return hashes && Buffer.from(new Uint8Array(hashes.buffer)).toString("base64");
}

/** The hashes that a row was stored with. */
export function hashesIn(look: string | null): Int32Array | null {
  if (look === null) return null;
  const bytes = new Uint8Array(Buffer.from(look, "base64"));
  return new Int32Array(bytes.buffer);
}

function tokenizePart(job: TokenizeJob): ShardSummary {
  const hash = hashOf(job);
  const known = summaryAt<ShardSummary>(job.summary, hash);
  if (
    known !== null &&
    [job.train, job.heldOut].every((file) => existsSync(`${file}.safetensors`))
  ) {
    return known;
  }
  const tokenizer = tokenizerAt(job.tokenizer, job.tokenizerHash);
  const files = new OpenFiles();
  try {
    const side = (heldOut: boolean, file: string): SideSummary => {
      const entries = job.entries
        .filter((entry) => entry.heldOut === heldOut)
        .map((entry) => readEntry(entry, files));
      const options = heldOut ? {} : { augment: job.augment };
      const { dataset, report } = tokenizeEntries(entries, tokenizer, {
        maxTokens: job.maxTokens,
        tokens: job.tokens,
        ...job.made,
        ...options,
      });
      const { ids } = dataset.parts;
      writeShard(`${file}.safetensors`, dataset.parts);
      const names = Array.from({ length: ids.length }, (_, i) => `${JSON.stringify(ids.at(i))}\n`);
      writeText(`${file}.ids.jsonl`, names.join(""));
      const { lengths, needed, ...rest } = report;
      const bytes = readFileSync(`${file}.safetensors`);
      return {
        report: { ...rest, plain: histogram(plainLengths(dataset)), needed: histogram(needed) },
        sha256: createHash("sha256").update(bytes).digest("hex"),
        bytes: bytes.length,
        tokens: lengths.total,
      };
    };
    const summary = { hash, train: side(false, job.train), heldOut: side(true, job.heldOut) };
    writeText(job.summary, JSON.stringify(summary));
    return summary;
  } finally {
    files.close();
  }
}

/** An entry as `readCorpus` makes it, of rows that lie on the disk. */
export function readEntry({ set, rows }: StoredEntry, files: OpenFiles): CorpusEntry {
  let merged: MergedEntry | null = null;
  for (const { file, at, bytes, weight } of rows) {
    const row = JSON.parse(files.read(file, at, bytes)) as ReadRow;
    merged ??= new MergedEntry(row.id, set, row);
    merged.add(row, weight);
  }
  return merged!.close();
}

export class OpenFiles {
  readonly #handles = new Map<string, number>();

  read(file: string, at: number, bytes: number): string {
    const handle = this.#handles.get(file) ?? openSync(file, "r");
    this.#handles.set(file, handle);
    const buffer = Buffer.alloc(bytes);
    readSync(handle, buffer, 0, bytes, at);
    return buffer.toString("utf8");
  }

  close(): void {
    for (const handle of this.#handles.values()) closeSync(handle);
    this.#handles.clear();
  }
}

let opened: { readonly hash: string; readonly tokenizer: SvgTokenizer } | null = null;

function tokenizerAt(file: string, hash: string): SvgTokenizer {
  if (opened?.hash !== hash) {
    opened = { hash, tokenizer: tokenizerFromJSON(JSON.parse(readFileSync(file, "utf8"))) };
  }
  return opened.tokenizer;
}

export type Job = ReadJob | TokenizeJob;

export function runJob(job: Job): PartSummary | ShardSummary {
  return job.kind === "read" ? readPart(job) : tokenizePart(job);
}

export function withFiles<T>(use: (files: OpenFiles) => T): T {
  const files = new OpenFiles();
  try {
    return use(files);
  } finally {
    files.close();
  }
}
