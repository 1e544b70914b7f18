/** The same drawings in several tokenizers, side by side: how many tokens each takes. */

import { readFileSync } from "node:fs";
import { SourceError } from "../../../data/index.ts";
import { UsageError } from "../../../errors/index.ts";
import {
  baseTokenizerFromJSON,
  canonicalOptionsOf,
  createSemanticTokenizer,
  createTextTokenizer,
  type SvgTokenizer,
} from "../../../tokenizer/index.ts";
import type { Config } from "../../config/index.ts";
import { roundTrip } from "../../evaluate/index.ts";
import { pathOptionsOf } from "../tokenizer.ts";
import type { SvgText } from "./svg-text.ts";
import { tokenizerOfConfig } from "./tokenizer-for.ts";

const names = ["path", "semantic", "text"] as const;
type Name = (typeof names)[number];

export interface ComparedFile {
  readonly file: string;
  /** Tokens by tokenizer; null where one cannot hold the drawing. */
  readonly tokens: Readonly<Record<string, number | null>>;
  /** Why it cannot, or why the file cannot be read. */
  readonly error: string | null;
}

export interface ComparedTotals {
  readonly files: number;
  /** Files that at least one tokenizer cannot hold; no mean counts them. */
  readonly errors: number;
  readonly meanTokens: Readonly<Record<string, number>>;
}

/**
 * All on the configured grid, keeping what the configuration keeps.
 *
 * @param list names with commas between, such as `path,semantic,text`
 * @param baseFile a base model's `tokenizer.json`, which `semantic` and `text` need
 * @throws UsageError, SourceError or BaseTokenizerError
 */
export function comparedTokenizers(
  list: string,
  baseFile: string | undefined,
  config: Config,
): SvgTokenizer[] {
  const chosen = [...new Set(list.split(",").map(readName))];
  const over = chosen.filter((name) => name !== "path");
  if (over.length > 0 && baseFile === undefined) {
    throw new UsageError(
      `--compare: ${over.join(" and ")} tokens stand over a base model's; name its tokenizer.json by --base`,
    );
  }
  const base = baseFile === undefined ? undefined : readBase(baseFile);
  const path = pathOptionsOf(config.tokenizer);
  const { grid, shapes, strokes, groups, gradients } = canonicalOptionsOf(path);
  const options = { grid, shapes, strokes, groups, gradients };
  return chosen.map((name) => {
    if (name === "path" || base === undefined) return tokenizerOfConfig(config);
    return name === "semantic"
      ? createSemanticTokenizer({ base, options })
      : createTextTokenizer({ base, options });
  });
}

function readName(written: string): Name {
  const name = names.find((known) => known === written.trim());
  if (name !== undefined) return name;
  throw new UsageError(
    `--compare: there is no tokenizer "${written}"; there are ${names.join(", ")}`,
  );
}

function readBase(file: string) {
  const text = readFileSync(file, "utf8");
  try {
    return baseTokenizerFromJSON(JSON.parse(text));
  } catch (error) {
    throw new SourceError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

export function* compareFiles(
  files: readonly SvgText[],
  tokenizers: readonly SvgTokenizer[],
): Iterable<ComparedFile> {
  for (const text of files) {
    const { file } = text;
    if ("error" in text) {
      const tokens = Object.fromEntries(tokenizers.map(({ name }) => [name, null]));
      yield { file, tokens, error: text.error };
      continue;
    }
    const { svg } = text;
    const trips = tokenizers.map((each) => [each.name, roundTrip(svg, each, false)] as const);
    yield {
      file,
      tokens: Object.fromEntries(trips.map(([name, { tokens }]) => [name, tokens])),
      error: trips.find(([, { error }]) => error !== null)?.[1].error ?? null,
    };
  }
}

export function comparedTotals(lines: readonly ComparedFile[]): ComparedTotals {
  const good = lines.filter(({ error }) => error === null);
  const columns = Object.keys(lines[0]?.tokens ?? {});
  const mean = (name: string) =>
    good.reduce((sum, { tokens }) => sum + (tokens[name] ?? 0), 0) / Math.max(1, good.length);
  return {
    files: lines.length,
    errors: lines.length - good.length,
    meanTokens: Object.fromEntries(columns.map((name) => [name, mean(name)])),
  };
}
