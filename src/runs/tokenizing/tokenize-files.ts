/** Tokenizes files one by one, and adds up what came of it. */
import { readFileSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import {
  type FilterOptions,
  fontsAt,
  noFilters,
  openSource,
  outside,
  parserWith,
  percentile,
  readSvgFile,
  SourceError,
  shareHeld,
  svgFiles,
} from "../../../data/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { SvgTokenizer } from "../../../tokenizer/index.ts";
import { sourceEntries } from "../../config/index.ts";
import { type RoundTrip, roundTrip, tokenizeSvg } from "../../evaluate/index.ts";
import { type TokenizedFile, tokenPage } from "../../report/index.ts";
import { filteredFiles } from "./filter-files.ts";
import type { SvgText } from "./svg-text.ts";

export interface FileLine extends RoundTrip {
  readonly file: string;
  /** The filter's reason, where `data.filters` leaves it out. */
  readonly filtered: string | null;
}

export interface Totals {
  readonly files: number;
  /** Files that could not be tokenized. */
  readonly errors: number;
  /** Files that `data.filters` leaves out, by reason; nothing else counts them. */
  readonly filtered: Readonly<Record<string, number>>;
  readonly tokens: number;
  readonly meanTokens: number;
  /** Tokens of a drawing, without its caption. */
  readonly lengths: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly longest: number;
    /** Share of the drawings that a context holds, by its tokens. */
    readonly held: Readonly<Record<string, number>>;
  };
  /** Files whose drawing came back unchanged; null where that was not tried. */
  readonly identical: number | null;
  readonly meanPixelError: number | null;
  readonly worstPixelError: number | null;
  readonly dropped: Readonly<Record<string, number>>;
}

/** A page of more drawings than this is of no use to a reader. */
const mostShown = 500;

/**
 * What `train` reads by this name: a package (`lucide`, `npm:…`), a `.jsonl` file, the `.svg` files of
 * a folder; or one `.svg` file.
 * @param source `data.source` of a recipe, whose columns are those of the table: of the entry of this path, or of
 *   its only entry.
 * @throws UsageError, SourceError when there is none.
 */
export async function textsOf(
  path: string,
  source: Parameters<typeof sourceEntries>[0] = path,
): Promise<SvgText[]> {
  if (path === "lucide" || /^(npm|hf):/.test(path) || isTable(path)) {
    const texts: SvgText[] = [];
    const entries = sourceEntries(source);
    const own = entries.find((entry) => entry.source === path) ?? entries[0];
    const columns = entries.length === 1 || own?.source === path ? own?.columns : null;
    const rows = openSource(path, undefined, null, columns ?? null).rows(({ place, reason }) =>
      texts.push({ file: place, error: reason }),
    );
    for await (const { place, svg, captions } of rows) texts.push({ file: place, svg, captions });
    return texts;
  }
  return filesOf(path).map((file) => {
    const read = readSvgFile(file);
    return "svg" in read ? { file, svg: read.svg } : { file, error: read.reason };
  });
}

function isTable(path: string): boolean {
  return /\.(jsonl|ndjson|json|csv|tsv|parquet|pq|arrow|tar|tar\.gz|tgz)$/i.test(path);
}

/** The `.svg` files of a folder, or the file itself. */
export function filesOf(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`${path}: no such file or folder`);
  if (!stats.isDirectory()) return [path];
  const files = svgFiles(path);
  if (files.length === 0) throw new SourceError(`${path}: no .svg file in this folder`);
  return files;
}

/**
 * @param filters of `data.filters`; none unless given.
 * @param fontFiles in which text is set; it is left out without.
 */
export function* tokenizeFiles(
  texts: readonly SvgText[],
  tokenizer: SvgTokenizer,
  measure: boolean,
  filters: FilterOptions = noFilters,
  fontFiles: readonly string[] = [],
): Iterable<FileLine> {
  const nothing = { tokens: null, identical: null, pixelError: null, dropped: {}, filtered: null };
  const parse = parserWith(fontsAt(fontFiles));
  const setting = { parse, fonts: fontFiles.map((file) => readFileSync(file)) };
  const left = isDeepStrictEqual(filters, noFilters)
    ? null
    : filteredFiles(texts, tokenizer.canonical, filters, parse);
  for (const text of texts) {
    const { file } = text;
    const fault = left?.get(file);
    if ("error" in text) yield { file, ...nothing, error: text.error };
    else if (fault !== undefined) yield { file, ...nothing, error: null, filtered: fault.reason };
    else {
      const line = roundTrip(text.svg, tokenizer, measure, setting);
      const bound = line.tokens === null ? null : outside(line.tokens, filters.tokens, "tokens");
      if (bound === null) yield { file, ...line, filtered: null };
      else yield { file, ...nothing, error: null, filtered: bound.reason };
    }
  }
}

/** @throws UsageError when there are more files than a page can show; SvgError for one that is none. */
export function showTokens(files: readonly SvgText[], tokenizer: SvgTokenizer): string {
  if (files.length > mostShown) {
    throw new UsageError(
      `--show: ${files.length} files are too many for a page; name a folder of at most ${mostShown}`,
    );
  }
  const shown = files.map((text): TokenizedFile => {
    const { file } = text;
    if ("error" in text) throw new SourceError(`${file}: ${text.error}`);
    try {
      return { file, ...tokenizeSvg(text.svg, tokenizer) };
    } catch (error) {
      throw new SourceError(`${file}: ${(error as Error).message}`, { cause: error });
    }
  });
  return tokenPage(shown, tokenizer);
}

export class TotalCounter {
  #files = 0;
  #errors = 0;
  #tokens = 0;
  readonly #lengths: number[] = [];
  #identical: number | null = null;
  readonly #pixelErrors: number[] = [];
  readonly #dropped: Record<string, number> = {};
  readonly #filtered: Record<string, number> = {};
  #left = 0;

  add(line: FileLine): void {
    this.#files++;
    if (line.filtered !== null) {
      this.#left++;
      this.#filtered[line.filtered] = (this.#filtered[line.filtered] ?? 0) + 1;
    }
    if (line.error !== null) this.#errors++;
    this.#tokens += line.tokens ?? 0;
    if (line.tokens !== null) this.#lengths.push(line.tokens);
    if (line.identical !== null) this.#identical = (this.#identical ?? 0) + Number(line.identical);
    if (line.pixelError !== null) this.#pixelErrors.push(line.pixelError);
    for (const [reason, count] of Object.entries(line.dropped)) {
      this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count;
    }
  }

  get totals(): Totals {
    const good = this.#files - this.#errors - this.#left;
    const errors = this.#pixelErrors;
    const sum = errors.reduce((total, error) => total + error, 0);
    return {
      files: this.#files,
      errors: this.#errors,
      filtered: this.#filtered,
      tokens: this.#tokens,
      meanTokens: good === 0 ? 0 : this.#tokens / good,
      lengths: lengthsOf(this.#lengths),
      identical: this.#identical,
      meanPixelError: errors.length === 0 ? null : sum / errors.length,
      worstPixelError: errors.length === 0 ? null : errors.reduce((a, b) => Math.max(a, b)),
      dropped: this.#dropped,
    };
  }
}

/** Contexts from the shortest to the first that holds all. */
function lengthsOf(tokens: readonly number[]): Totals["lengths"] {
  const rising = [...tokens].sort((a, b) => a - b);
  const longest = rising.at(-1) ?? 0;
  const held: Record<string, number> = {};
  for (let context = 64; rising.length > 0; context *= 2) {
    held[context] = shareHeld(rising, context);
    if (context >= longest) break;
  }
  const at = (share: number) => percentile(rising, share);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), longest, held };
}
