/** A prepared set in place of sources: what a run trains on is read from its shards. */
import { isDeepStrictEqual } from "node:util";
import type { TokenizerSettings } from "../../checkpoints/index.ts";
import {
  type Corpus,
  type CorpusEntry,
  type CorpusSum,
  corpusSumOf,
  type DataCard,
  type DataReports,
  dataCard,
  dataNotes,
  drawingOf,
  isPreparedSet,
  type Manifest,
  nothingLeft,
  openBothSides,
  openPreparedSet,
  type PreparedSet,
  readManifest,
  refuseTooLong,
  SourceError,
  type TokenDataset,
} from "../../data/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import {
  type Config,
  ConfigError,
  type DataConfig,
  resolveConfig,
  sourceEntries,
  taskEntries,
} from "../config/index.ts";
import { chooseTokenizer, type NewTokens, ownVocabulary } from "./tokenizer.ts";

/** What a run trains on. */
export interface PreparedData {
  readonly tokenizer: SvgTokenizer;
  /** Tokens that it adds to those of the model that the run starts from; null without one. */
  readonly added: NewTokens | null;
  readonly train: TokenDataset;
  readonly heldOut: TokenDataset;
  readonly reports: DataReports;
  /** Of all drawings that were read, before any was left out for its length. */
  readonly corpus: CorpusSum;
  readonly card: DataCard;
  /** What the user should know before the first step; empty where all is well. */
  readonly notes: readonly string[];
}

interface Tokenized {
  readonly dataset: TokenDataset;
  readonly report: DataReports["train"];
}

/**
 * What was tokenized, as a run takes it.
 * @throws SourceError when nothing is left to train on, and where drawings that are too long are refused.
 */
export function trainedOn(
  {
    corpus,
    train,
    heldOut,
  }: {
    readonly corpus: { readonly report: DataReports["corpus"] };
    readonly train: Tokenized;
    readonly heldOut: Tokenized;
  },
  { tooLong }: Pick<DataConfig, "tooLong">,
  { maxTokens, context }: { readonly maxTokens: number; readonly context: number },
  cardOf: (reports: DataReports) => DataCard,
): Pick<PreparedData, "train" | "heldOut" | "reports" | "card" | "notes"> {
  const reports = { corpus: corpus.report, train: train.report, heldOut: heldOut.report };
  const limitKey = maxTokens < context ? "data.maxTokens" : "model.contextLength";
  const limits = { limit: maxTokens, limitKey };
  if (train.dataset.size === 0) throw new SourceError(nothingLeft(reports, limits));
  if (tooLong === "refuse") refuseTooLong(reports, limits);
  return {
    train: train.dataset,
    heldOut: heldOut.dataset,
    reports,
    card: cardOf(reports),
    notes: dataNotes(reports, limits),
  };
}

/** The folder of a prepared set, where that is the one source; null otherwise. @throws ConfigError */
export function preparedFolder(data: DataConfig): string | null {
  const entries = sourceEntries(data.source);
  const found = entries.find(({ source }) => isPreparedSet(source));
  if (found === undefined) return null;
  if (entries.length === 1) return found.source;
  throw new ConfigError([
    `data.source: ${found.source} is a prepared set, which stands alone; prepare all sources together`,
  ]);
}

/** Keys of `data` that decide what a prepared set holds. */
export const decidingKeys = [
  ...["limit", "heldOut", "splitNames", "styleWords", "captionVariants", "captionTags"],
  ...["augment", "shiftBy", "scaleBy", "strokeWidth", "filters", "fonts", "fileNames"],
  ...["task", "beginnings", "edits", "editsEach"],
] as const;

interface PreparedOrigin {
  readonly saved: SvgTokenizer | undefined;
  readonly pretrained: unknown;
  /** What its tokenizer is used with. */
  readonly settings?: TokenizerSettings | undefined;
  /** Longest sample in tokens. */
  readonly context: number;
}

/** @throws ConfigError where the set was prepared by another configuration; SourceError */
export function preparedData(
  config: Config,
  folder: string,
  { saved, pretrained, settings, context }: PreparedOrigin,
): PreparedData {
  refuseOther(config, folder);
  const { data } = config;
  const maxTokens = Math.min(data.maxTokens ?? context, context);
  const set = openPreparedSet(folder, maxTokens);
  const limitKey = maxTokens < context ? "data.maxTokens" : "model.contextLength";
  const reports = within(set, maxTokens);
  const limits = { limit: Math.min(maxTokens, set.manifest.maxTokens), limitKey };
  if (set.train.size === 0) throw new SourceError(nothingLeft(reports, limits));
  if (data.tooLong === "refuse") refuseTooLong(reports, limits);
  const over = ownVocabulary(config.tokenizer)
    ? null
    : chooseTokenizer(
        config.tokenizer,
        () => ({ captions: [], drawings: [] }),
        pretrained,
        settings,
      );
  const { heldOut: share, splitNames } = data;
  const notes = dataNotes(reports, limits);
  if (maxTokens > set.manifest.maxTokens) {
    notes.push(
      `${folder} holds samples of at most ${set.manifest.maxTokens} tokens; prepare it with data.maxTokens ${maxTokens} for longer ones`,
    );
  }
  return {
    tokenizer: saved ?? set.tokenizer,
    added: over?.added ?? null,
    train: set.train,
    heldOut: set.heldOut,
    reports,
    corpus: corpusSumOf(
      set.train.size,
      set.heldOut.size,
      set.manifest.shards.map(({ sha256 }) => sha256),
    ),
    card: dataCard(reports, { limit: limits.limit, heldOut: share, splitNames }),
    notes,
  };
}

/** The set's reports, with what a shorter context leaves out. */
function within({ manifest, train, heldOut, reports }: PreparedSet, maxTokens: number) {
  if (maxTokens >= manifest.maxTokens) return reports;
  const side = (name: "train" | "heldOut", dataset: TokenDataset) => {
    const report = reports[name];
    const left = report.needed.filter((tokens) => tokens > maxTokens);
    const known = report.tooLong.length;
    const more = left.slice(0, Math.max(0, left.length - known));
    const tooLong = [
      ...report.tooLong,
      ...more.map((tokens) => ({ id: "a drawing of the prepared set", tokens })),
    ];
    return { ...report, samples: dataset.size, tooLong };
  };
  return { ...reports, train: side("train", train), heldOut: side("heldOut", heldOut) };
}

function refuseOther({ data, tokenizer }: Config, folder: string): void {
  if (data.tooLong === "scenes") {
    throw new ConfigError([
      `data.tooLong: scenes are cut for the context of a run, but ${folder} was tokenized before; train from its sources, or take drop`,
    ]);
  }
  const was = withDefaults(readManifest(folder).config);
  const differing = [
    ...decidingKeys.map((key) => [`data.${key}`, was.data[key], data[key]] as const),
    ...Object.keys({ ...was.tokenizer, ...tokenizer }).map(
      (key) => [`tokenizer.${key}`, was.tokenizer[key], Reflect.get(tokenizer, key)] as const,
    ),
  ].filter(([, before, now]) => !isDeepStrictEqual(before, plain(now)));
  if (differing.length === 0) return;
  throw new ConfigError(
    differing.map(
      ([key, was, is]) =>
        `${key}: expected ${JSON.stringify(was)}, by which ${folder} was prepared, but found ${JSON.stringify(is)}; say the same, or prepare it anew`,
    ),
  );
}

/** Sections of a manifest: a set of before a key was there was made as by its default. */
export function withDefaults({ data, tokenizer }: Manifest["config"]): Manifest["config"] {
  const defaults = resolveConfig({});
  const own = Object.fromEntries(decidingKeys.map((key) => [key, plain(defaults.data[key])]));
  const filters = { ...defaults.data.filters, ...(data.filters as object | undefined) };
  return {
    data: { ...own, ...data, filters },
    tokenizer: { ...(plain(defaults.tokenizer) as object), ...tokenizer },
  };
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/**
 * Its drawings, decoded. Names are what stands before a caption's first comma. Of several tasks, those of
 * one that says captions; of edits alone, the drawings that they lead to, with what leads there.
 */
export function preparedCorpus(folder: string): Corpus {
  const { train, heldOut, tokenizer, reports, manifest } = openPreparedSet(folder);
  const tasks = taskEntries(manifest.config.data.task as Parameters<typeof taskEntries>[0]);
  const said = tasks.find(({ task }) => task !== "editing") ?? tasks[0]!;
  const isSaid = (id: string) => tasks.length === 1 || id.endsWith(` (${said.task})`);
  const entries = (dataset: TokenDataset) =>
    samplesOf(dataset, isSaid).map((sample): CorpusEntry => {
      const captions = dataset.captions(sample);
      return {
        id: dataset.id(sample),
        captions,
        names: [captions[0]?.split(",")[0] ?? ""],
        drawing: tokenizer.decode(drawingOf(dataset.plain(sample))),
      };
    });
  return { train: entries(train), heldOut: entries(heldOut), report: reports.corpus };
}

function haveSameTokens({ vocabulary: a }: SvgTokenizer, { vocabulary: b }: SvgTokenizer): boolean {
  if (a.size !== b.size) return false;
  for (let id = 0; id < a.size; id++) if (a.token(id) !== b.token(id)) return false;
  return true;
}

function samplesOf(dataset: TokenDataset, isSaid: (id: string) => boolean): number[] {
  return Array.from({ length: dataset.size }, (_, sample) => sample).filter((sample) =>
    isSaid(dataset.id(sample)),
  );
}

/**
 * What a model is scored on: the held-out samples, or all, as they were prepared.
 * @param tokenizer the model's, which has to be the set's
 * @throws ConfigError where the set was prepared by another configuration or tokenizer
 */
export function preparedSamples(
  config: Config,
  folder: string,
  tokenizer: SvgTokenizer,
  { all, maxTokens }: { readonly all: boolean; readonly maxTokens: number },
): TokenDataset {
  refuseOther(config, folder);
  if (!haveSameTokens(openPreparedSet(folder).tokenizer, tokenizer)) {
    throw new ConfigError([
      `data.source: ${folder} holds tokens of another vocabulary than the model's; prepare it with the model's, or score on its sources`,
    ]);
  }
  return all ? openBothSides(folder, maxTokens) : openPreparedSet(folder, maxTokens).heldOut;
}
