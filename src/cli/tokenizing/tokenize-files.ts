/** Tokenizes files one by one, and adds up what came of it. */
import { readFileSync, statSync } from "node:fs";
import { SourceError, svgFiles } from "../../../data/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { SvgTokenizer } from "../../../tokenizer/index.ts";
import { type RoundTrip, roundTrip, tokenizeSvg } from "../../evaluate/index.ts";
import { type TokenizedFile, tokenPage } from "../../report/index.ts";

export interface FileLine extends RoundTrip {
  readonly file: string;
}

export interface Totals {
  readonly files: number;
  /** Files that could not be tokenized. */
  readonly errors: number;
  readonly tokens: number;
  readonly meanTokens: number;
  /** Files whose drawing came back unchanged; null where that was not tried. */
  readonly identical: number | null;
  readonly meanPixelError: number | null;
  readonly worstPixelError: number | null;
  readonly dropped: Readonly<Record<string, number>>;
}

/** A page of more drawings than this is of no use to a reader. */
const mostShown = 500;

/** The `.svg` files of a folder, or the file itself. @throws UsageError, SourceError when none. */
export function filesOf(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`${path}: no such file or folder`);
  if (!stats.isDirectory()) return [path];
  const files = svgFiles(path);
  if (files.length === 0) throw new SourceError(`${path}: no .svg file in this folder`);
  return files;
}

export function* tokenizeFiles(
  files: readonly string[],
  tokenizer: SvgTokenizer,
  measure: boolean,
): Iterable<FileLine> {
  for (const file of files) {
    yield { file, ...roundTrip(readFileSync(file, "utf8"), tokenizer, measure) };
  }
}

/** @throws UsageError when there are more files than a page can show; SvgError for one that is none. */
export function showTokens(files: readonly string[], tokenizer: SvgTokenizer): string {
  if (files.length > mostShown) {
    throw new UsageError(
      `--show: ${files.length} files are too many for a page; name a folder of at most ${mostShown}`,
    );
  }
  const shown = files.map((file): TokenizedFile => {
    try {
      return { file, ...tokenizeSvg(readFileSync(file, "utf8"), tokenizer) };
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
  #identical: number | null = null;
  readonly #pixelErrors: number[] = [];
  readonly #dropped: Record<string, number> = {};

  add(line: FileLine): void {
    this.#files++;
    if (line.error !== null) this.#errors++;
    this.#tokens += line.tokens ?? 0;
    if (line.identical !== null) this.#identical = (this.#identical ?? 0) + Number(line.identical);
    if (line.pixelError !== null) this.#pixelErrors.push(line.pixelError);
    for (const [reason, count] of Object.entries(line.dropped)) {
      this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count;
    }
  }

  get totals(): Totals {
    const good = this.#files - this.#errors;
    const errors = this.#pixelErrors;
    const sum = errors.reduce((total, error) => total + error, 0);
    return {
      files: this.#files,
      errors: this.#errors,
      tokens: this.#tokens,
      meanTokens: good === 0 ? 0 : this.#tokens / good,
      identical: this.#identical,
      meanPixelError: errors.length === 0 ? null : sum / errors.length,
      worstPixelError: errors.length === 0 ? null : errors.reduce((a, b) => Math.max(a, b)),
      dropped: this.#dropped,
    };
  }
}
