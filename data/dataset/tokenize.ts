/** From a corpus's entries to a tokenized dataset, with an account of what did not fit. */
import type { SvgTokenizer, Task } from "../../tokenizer/index.ts";
import type { CorpusEntry } from "../corpus/corpus.ts";
import { type Bounds, noFilters, outside } from "../filters/options.ts";
import type { TokenDataset } from "./dataset.ts";
import { DatasetBuilder } from "./dataset-builder.ts";
import { type EncodeOptions, encodeEntry } from "./encode-entry.ts";
import type { EncodedEntry } from "./encoded-entry.ts";
import { type ScenePart, sceneParts } from "./scenes.ts";
import { type FilteredEntry, TokenizeAccount, type TokenizeReport } from "./tokenize-report.ts";

export interface TokenizeOptions extends EncodeOptions {
  /** Tokens of a drawing without its caption; any where they are left out. */
  readonly tokens?: Bounds;
  /** Split drawings that are too long into parts that fit; false unless given. */
  readonly scenes?: boolean;
  /** What samples are made of each drawing; `text-to-svg` alone unless given. */
  readonly tasks?: readonly TaskShare[];
}

/** Which samples are made of each drawing. */
export type MadeSamples = Pick<TokenizeOptions, "tasks" | "beginnings" | "edits">;

export interface TaskShare {
  readonly task: Task;
  /** How often its samples are shown beside the others'. */
  readonly weight: number;
}

export const drawingTask: readonly TaskShare[] = [{ task: "text-to-svg", weight: 1 }];

export function tokenizeEntries(
  entries: readonly CorpusEntry[],
  tokenizer: SvgTokenizer,
  options: TokenizeOptions,
): { readonly dataset: TokenDataset; readonly report: TokenizeReport } {
  const builder = new DatasetBuilder(tokenizer);
  const account = new TokenizeAccount();
  const filtered: FilteredEntry[] = [];
  const bounds = options.tokens ?? noFilters.tokens;
  const scenes = { drawings: 0, parts: 0 };
  const { tasks = drawingTask } = options;
  let augmented = 0;
  for (const { entry, task } of samplesOf(entries, tasks)) {
    const encoded = encodeEntry(entry, tokenizer, options, task);
    if ("reason" in encoded) {
      account.refused.push({ id: entry.id, reason: encoded.reason });
      continue;
    }
    const fault =
      encoded.tokens.length === 0 ? null : outside(drawingTokens(encoded), bounds, "tokens");
    if (fault !== null) {
      filtered.push({ id: entry.id, detail: "", ...fault });
      continue;
    }
    account.needed.push(encoded.needed);
    const parts = encoded.captions.length > 0 ? null : partsOf(entry, tokenizer, options);
    if (parts !== null) {
      scenes.drawings++;
      scenes.parts += parts.length;
      for (const part of parts) {
        builder.add({ ...entry, id: part.id }, { ...part, augmented: [], needed: 0 });
      }
    } else if (encoded.captions.length === 0) {
      account.tooLong.push({ id: entry.id, tokens: encoded.needed });
      account.addSamples(entry.set, 0);
      continue;
    } else {
      builder.add(entry, encoded, task);
      augmented += encoded.made ?? encoded.augmented.length;
    }
    account.addSamples(entry.set, parts?.length);
  }
  const dataset = builder.build();
  const report = {
    ...account.report(dataset, augmented),
    ...(options.scenes === true ? { scenes } : {}),
    filtered,
  };
  return { dataset, report };
}

/** Of the drawing alone, wherever it stands. */
function drawingTokens({ tokens, span }: EncodedEntry): number {
  return span === undefined ? tokens.length : span[3] - span[2];
}

/** Each drawing once for each task, with the weight of both; ids say the task where there are several. */
function* samplesOf(entries: readonly CorpusEntry[], tasks: readonly TaskShare[]) {
  for (const entry of entries) {
    for (const { task, weight } of tasks) {
      const id = tasks.length > 1 ? `${entry.id} (${task})` : entry.id;
      yield { task, entry: { ...entry, id, weight: (entry.weight ?? 1) * weight } };
    }
  }
}

/** Null where drawings are not to be split, or this one cannot be. */
function partsOf(
  entry: CorpusEntry,
  tokenizer: SvgTokenizer,
  { maxTokens, scenes = false }: TokenizeOptions,
): ScenePart[] | null {
  return scenes ? sceneParts(entry, tokenizer, maxTokens) : null;
}
